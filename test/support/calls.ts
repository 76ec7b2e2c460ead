import { TRPCError } from '@trpc/server'
import { createCaller } from '#server/api/root.ts'
import type { RequestScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { addPeriods, localDateOf, periodOf } from '#server/kernel/period.ts'
import type { Schema } from '#test/support/procedures.ts'

// Calls of procedures made from their shapes, so that no procedure can be forgotten.
export type Named = Record<string, unknown>
type Outcome = { code: string; message: string } | { data: string }

// The last that the demonstration has billed, whenever the test runs.
const lastMonth = addPeriods(periodOf(localDateOf(new Date())), -1)

const examples: Record<string, unknown> = { bytes: new Uint8Array([37, 80, 68, 70]), period: lastMonth, takenOn: '2026-11-01', submittedAt: '2026-11-01T10:00:00.000Z', signedOn: '2026-11-01', on: '2026-11-01', since: '2026-11-01', closedOn: '2026-11-01', openedOn: '2026-11-01',
  decisionOn: '2026-11-01', firstDueOn: '2026-12-01', installedOn: '2026-11-01', activeFrom: '2026-11-01', opensAt: '2026-12-20T09:00', closesAt: '2026-12-30T20:00', areaM2: '50.00', validTo: undefined, code: '123456', digest: 'a'.repeat(64), secret: 'A'.repeat(43), values: ['10'],
  login: 'somebody', password: 'a long password', amount: 10_000n, verifiedUntil: null, validUntil: '2026-12-01', closesOn: '2026-12-01', segment: 'segment', accountField: 'account', allowedAddresses: [], vatPercent: '12', quantity: '1', datedOn: '2026-11-01', completedOn: '2026-11-01', dueOn: null, validFrom: '2026-11-01' }

// What one procedure asks of a word that others take as it comes.
export const ownExamples: Record<string, Named> = { 'requests.reportDone': { text: 'done, with an act' }, 'identity.giveGrant': { role: 'COUNCIL_MEMBER' }, 'identity.setCodeLimit': { scope: 'KZ', value: '1' },
  'statements.registerAccount': { number: 'KZ521250000000001001' }, 'statements.reconcile': { day: '2026-11-01' },
  'billing.draftTariff': { territoryPrefix: '75', price: '1', tiers: null, stove: null, metered: null, buildingMeter: null, privileged: null, months: null, vatRate: null, actId: null, newAct: null, validTo: null, supplierId: null },
  'billing.decideContribution': { perM2: '95', from: '2026-12-01' }, 'payments.payFor': { token: 'AAAAAAAAAA' }, 'billing.endTariff': { lastDay: '2026-12-31' }, 'billing.draftHeat': { number: 'T-1', premisesId: null, areaM2: null, from: '2026-12-01', to: null }, 'billing.endHeat': { lastDay: '2026-12-31' },
  'billing.draftService': { from: '2026-12-01', method: null, volumeOf: [], kinds: [], commonSharedBy: null }, 'billing.decideService': { reason: null }, 'billing.draftPenalty': { from: '2027-12-01', to: null, dailyPercent: '0.1', factor: null, capPercent: '50', actId: null, newAct: null },
  'billing.decidePenalty': { lastDay: null, reason: null }, 'billing.draftIndex': { code: 'MRP', from: '2027-01-01', value: '4500', actId: null, newAct: null }, 'billing.decideIndex': { reason: null }, 'billing.withdrawInterruption': { counterAct: null },
  'billing.draftNorm': { territoryPrefix: '75', perPerson: '4,5', from: '2027-01-01', to: null, actId: null, newAct: null }, 'billing.decideNorm': { lastDay: null, reason: null }, 'billing.decideAllocation': { reason: null }, 'billing.withdrawIndex': { reason: null }, 'billing.withdrawNorm': { reason: null },
  'billing.draftAllocation': { from: '2027-01-01', fundOrder: ['UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PROGRAMME', 'PENALTY'], actId: null, newAct: null },
  'billing.registerInterruption': { from: '2026-11-01', to: '2026-11-02' }, 'premises.endPrivilege': { lastDay: '2026-12-31' }, 'premises.registerAbsence': { until: null }, 'premises.registerPrivilege': { until: null } }
/** A call that the shape lets through: names of a house where they are asked for, the plainest value elsewhere. */
function inputFor(schema: Schema, names: Named, name = ''): unknown {
  if (name in names && !(name === 'number' && schema['pattern'] === undefined)) return names[name]
  if (name in examples) return examples[name]
  if (name.endsWith('Id')) return newId()
  const variants = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined
  if (variants) return inputFor(variants[0] ?? {}, names, name)
  if (schema['const'] !== undefined) return schema['const']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  const plain: Record<string, () => unknown> = {
    object: () => Object.fromEntries(Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
      .filter(([key]) => key in names || ((schema['required'] ?? []) as string[]).includes(key)).map(([key, property]) => [key, inputFor(property, names, key)])),
    array: () => Array.from({ length: Math.max(1, Number(schema['minItems'] ?? 0)) }, () => inputFor((schema['items'] ?? {}) as Schema, names)),
    string: () => schema['format'] === 'uuid' ? newId() : 'a word of the test'.slice(0, Number(schema['maxLength'] ?? 100)),
    integer: () => Number(schema['minimum'] ?? 1), number: () => Number(schema['minimum'] ?? 1), boolean: () => false, date: () => new Date('2026-11-01T00:00:00Z'), bigint: () => 10_000n,
  }
  return (plain[String(schema['type'])] ?? (() => undefined))()
}

async function outcomeOf(request: RequestScope, path: string, input: unknown): Promise<Outcome> {
  const [domain = '', name = ''] = path.split('.')
  const caller = createCaller({ request: { ...request, requestId: newId() } }) as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>
  try {
    return { data: JSON.stringify(await caller[domain]?.[name]?.(input), (_, value: unknown) => typeof value === 'bigint' ? String(value) : value) ?? '' }
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error
    const issues = (error.cause as { issues?: { path: PropertyKey[]; message: string }[] } | undefined)?.issues
    return { code: error.code, message: issues ? `SHAPE ${issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ')}` : error.message }
  }
}

/** The call of a procedure with these names, and what it says. */
export const attempt = (request: RequestScope, path: string, { input, names }: { input: Schema | null; names: Named }) =>
  outcomeOf(request, path, input === null ? undefined : inputFor(input, { ...names, ...ownExamples[path] }))
