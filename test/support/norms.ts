import type { DraftNormInput } from '#server/billing/norms/schema.ts'
import { newId } from '#server/kernel/ids.ts'
import type { TariffOffice } from './tariffs.ts'

export const normOf = ({ territoryCode }: Pick<TariffOffice, 'territoryCode'>, change: Partial<DraftNormInput> = {}): DraftNormInput => ({
  normId: newId(), country: 'KZ', territoryPrefix: territoryCode.slice(0, 4), service: 'COLD_WATER', perPerson: '4,5', actId: 'act', newAct: null, source: 'The decision of the town', from: '2027-01-01', to: null, ...change,
})
