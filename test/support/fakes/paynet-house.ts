import { newId } from '#server/kernel/ids.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'
import { FakePaynet } from '#test/support/fakes/paynet.ts'

const terms = { provider: 'paynet', field: 'client_id', serviceId: '7' } as const

/** A house whose money comes through Paynet. */
export async function openPaynetHouse(flats?: number) {
  const opened = await openPaymentHouse({ ...terms, key: 'paynet:a-long-password' }, flats)
  const { db, doors, merchant } = opened
  return {
    ...opened, paynet: new FakePaynet(doors.origin, merchant.key),
    /** The door of a merchant of its own. */
    door: async (facts: Parameters<typeof makeMerchant>[1], service: number | string = 7) => {
      const own = await makeMerchant(db, { ...terms, key: `own:${newId()}`, ...facts })
      return new FakePaynet(doors.origin, own.key, `/api/payments/paynet/${own.segment}`, service)
    },
  }
}
