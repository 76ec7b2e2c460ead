import type { Currency } from '#server/kernel/money.ts'
import type { LocalDate, Period } from '#server/kernel/period.ts'
import { putOnShelf, takeFromShelf } from './shelf.ts'

/** All that a phone keeps of a bill. Do not add a name, a phone or an account number. */
export type LastBill = { addressLabel: string; period: Period; amount: bigint; currency: Currency; dueDate: LocalDate }

const name = 'last-bill'
const most = 5

let before: Promise<unknown> = Promise.resolve()

/** One per address, the latest first. A screen with several homes remembers them one after another, so that none is lost. */
export function rememberBill(bill: LastBill): Promise<void> {
  const mine = before.then(() => put(bill))
  before = mine.catch(() => undefined)
  return mine
}

async function put(bill: LastBill): Promise<void> {
  const others = ((await recallBills())?.bills ?? []).filter((held) => held.addressLabel !== bill.addressLabel)
  await putOnShelf(name, [bill, ...others].slice(0, most))
}

export async function recallBills(): Promise<{ bills: LastBill[]; at: Date } | null> {
  const held = await takeFromShelf(name)
  return held && Array.isArray(held.value) ? { bills: held.value.filter(isLastBill), at: held.at } : null
}

function isLastBill(value: unknown): value is LastBill {
  return typeof value === 'object' && value !== null && 'amount' in value && typeof value.amount === 'bigint' && 'dueDate' in value
}
