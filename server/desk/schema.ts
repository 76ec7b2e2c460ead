import * as z from 'zod/mini'

/** What the clerk typed or heard: phone, flat, account number, name, in any spelling. */
export const searchDeskInput = z.object({ text: z.string().check(z.maxLength(100)) })
export type SearchDeskInput = z.infer<typeof searchDeskInput>

export const cardReasons = ['CALL', 'VISIT', 'MESSAGE', 'REQUEST_CHECK'] as const

/** Opening a person's card is itself an act: the reason is stored and the person sees it. */
export const openCardInput = z.object({
  buildingId: z.uuid(),
  premisesId: z.uuid(),
  reason: z.enum(cardReasons),
  callerName: z.optional(z.string().check(z.maxLength(200))),
})
export type OpenCardInput = z.infer<typeof openCardInput>

/** A search shows so many homes; more words find fewer. */
export const mostHits = 20

export type DeskHit = {
  buildingId: string
  premisesId: string
  house: string
  unit: string
  kind: string
  accountNumber: string | null
  owners: string[]
  /** Which of the typed words matched what: 'PHONE', 'ACCOUNT', 'OWNER', 'PREMISES', 'BUILDING'. */
  matched: string[]
}

export type DeskCard = {
  buildingId: string
  premisesId: string
  house: string
  unit: string
  kind: string
  areaM2: string
  country: 'UZ' | 'KZ'
  currency: 'UZS' | 'KZT'
  persons: number | null
  /** Phones are masked: the clerk compares the last digits with what the caller says. */
  owners: { name: string; share: string; phone: string | null }[]
  accounts: {
    accountId: string
    number: string
    funds: { fund: string; amount: bigint }[]
    /** Without what is on its way: money accepted by a provider is no debt. */
    owed: bigint
    underWay: bigint
    /** Lines of bills that the people of the home say are wrong, while their requests are open. */
    disputed: bigint
    lastPayment: { amount: bigint; acceptedAt: Date; posted: boolean } | null
    lastBill: { period: string; total: bigint; dueOn: string } | null
  }[]
  meters: {
    meterId: string
    service: string
    serial: string
    unit: string
    registers: number
    digits: number
    decimals: number
    lastValues: string[]
    lastOn: string | null
    verifiedUntil: string | null
  }[]
  requests: { requestId: string; number: number; category: string; state: string; dueOn: string; open: boolean }[]
}

/** One look at a home's card, at the desk or in the register, or at a list with the home in it (no unit: a list of the whole house), as its people see it. `reason`: key of desk.views.reasons. */
export type CardView = { at: Date; reason: string; house: string; unit: string; organisation: string; role: string; callerName: string }
