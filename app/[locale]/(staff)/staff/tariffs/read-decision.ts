import { decideContributionInput, type DecideContributionInput } from '#server/billing/schema.ts'
import { parseDecimal } from '#server/kernel/quantity.ts'

/** The form as the procedure takes it; null where the rate cannot be read. A decimal comma and spaces are as good as a point. */
export function readDecision(form: FormData, ids: { buildingId: string; rateId: string }): DecideContributionInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const read = decideContributionInput.safeParse({ ...ids, fund: said('fund'), kind: said('kind'), perM2: parseDecimal(said('perM2')) ?? '', from: said('from'), basis: said('basis') })
  return read.success ? read.data : null
}
