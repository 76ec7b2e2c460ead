// What a bill was made from, in words: the same for the screen and for the request that says one of them is wrong.
import { formatDate, formatNumber } from '#server/kernel/format.ts'
import type { Say } from '#server/billing/explanation/rules.ts'

export type InputFacts = {
  readonly areaM2: string
  /** What was in force on the first day, then every change within the month: it is charged by days. */
  readonly areaChanges: readonly { readonly from: string; readonly previousM2: string; readonly ground: string }[]
  readonly persons: readonly { readonly count: number; readonly since: string; readonly source: string }[]
  readonly absences: readonly { readonly persons: number; readonly from: string; readonly to: string | null; readonly ground: string }[]
  readonly privileges: readonly { readonly service: string; readonly from: string; readonly to: string | null; readonly ground: string }[]
  /** Without names; empty for whoever has no part in the register. */
  readonly owners: readonly { readonly share: string; readonly since: string }[]
  readonly electricStove: boolean
  readonly meters: readonly { readonly meterId: string; readonly service: string; readonly serial: string; readonly installedOn: string; readonly verifiedUntil: string | null; readonly readings: readonly { readonly takenOn: string; readonly values: readonly string[]; readonly used: string | null }[] }[]
  /** How the house is charged for each service of such premises in the month. */
  readonly services: readonly { readonly service: string; readonly method: string; readonly volumeOf: readonly string[]; readonly seasonal: boolean; readonly commonSharedBy: string | null; readonly from: string }[]
  /** The heat contracts of the month: one's own, otherwise the house's. */
  readonly heat: readonly { readonly own: boolean; readonly number: string; readonly supplier: string; readonly mode: string; readonly policy: string; readonly hotWater: boolean; readonly areaM2: string | null; readonly from: string; readonly to: string | null }[]
  /** Acts of days without a service in the month. */
  readonly acts: readonly { readonly service: string; readonly from: string; readonly to: string; readonly act: string }[]
}

export type Input = { readonly subject: string; readonly title: string; readonly value: string; readonly notes: readonly string[]; /** Of the house, and not of the flat alone. */ readonly ofHouse?: true }

/** Every input with its name, its value and since when; each can be said to be wrong. */
export function inputsInWords(facts: InputFacts, say: Say): Input[] {
  return [
    { subject: 'AREA', title: say('inputs.area'), value: `${formatNumber(facts.areaM2)} m²`.replace('m²', say('billing.units.m2')), notes: facts.areaChanges.map(each => say('inputs.areaChange', { date: formatDate(each.from), was: formatNumber(each.previousM2), ground: each.ground })) },
    { subject: 'PERSONS', title: say('inputs.persons'), value: facts.persons.length === 0 ? say('inputs.unknown') : facts.persons.map(each => each.count).join('; '),
      notes: facts.persons.map(each => (facts.persons.length === 1 ? '' : `${each.count}: `) + say('inputs.since', { date: formatDate(each.since), ground: each.source })) },
    { subject: 'ABSENCES', title: say('inputs.absences'), value: facts.absences.length === 0 ? say('inputs.nobody') : String(facts.absences.reduce((sum, each) => sum + each.persons, 0)),
      notes: facts.absences.map(each => `${each.persons}: ${spanInWords(each, say)}, ${each.ground}`) },
    { subject: 'PRIVILEGES', title: say('inputs.privileges'), value: facts.privileges.length === 0 ? say('inputs.nothing') : facts.privileges.map(each => say(`billing.services.${each.service}`)).join(', '),
      notes: facts.privileges.map(each => `${say(`billing.services.${each.service}`)}: ${spanInWords(each, say)}, ${each.ground}`) },
    ...(facts.owners.length === 0 ? [] : [{ subject: 'OWNERS', title: say('inputs.owners'), value: String(facts.owners.length), notes: facts.owners.map(each => say('inputs.owner', { share: each.share, date: formatDate(each.since) })) }]),
    { subject: 'STOVE', title: say('inputs.stove'), value: say(facts.electricStove ? 'inputs.stoveElectric' : 'inputs.stovePlain'), notes: [] },
    ...facts.meters.map(meter => ({
      subject: `METER:${meter.meterId}`, title: say('inputs.meter', { service: say(`billing.services.${meter.service}`), serial: meter.serial }),
      value: meter.readings.length === 0 ? say('inputs.noReading') : meter.readings.map(each => each.values.map(formatNumber).join(' / ')).join('; '),
      notes: [...meter.readings.map(each => say('inputs.reading', { date: formatDate(each.takenOn), used: each.used === null ? say('inputs.unknown') : formatNumber(each.used) })),
        ...(meter.verifiedUntil === null ? [] : [say('inputs.verified', { date: formatDate(meter.verifiedUntil) })])],
    })),
    ...houseInWords(facts, say),
  ]
}

function houseInWords({ services, heat, acts }: InputFacts, say: Say): Input[] {
  const [contract] = heat
  return [
    ...[...Map.groupBy(services, each => each.service)].map(([service, rows]): Input => ({
      ofHouse: true, subject: `SERVICE:${service}`, title: say('inputs.service', { service: say(`billing.services.${service}`) }), value: rows.map(each => say(`services.methods.${each.method}`)).join('; '), notes: rows.map(each => wayInWords(each, say)),
    })),
    ...(contract === undefined ? [] : [{
      ofHouse: true as const, subject: 'HEAT_CONTRACT', title: say(contract.own ? 'inputs.heatContractOwn' : 'inputs.heatContract'), value: [...new Set(heat.map(each => say(`heat.modes.${each.mode}`)))].join('; '), notes: heat.map(each => contractInWords(each, say)),
    }]),
    ...(acts.length === 0 ? [] : [{
      ofHouse: true as const, subject: 'ACTS', title: say('inputs.acts'), value: [...new Set(acts.map(each => say(`billing.services.${each.service}`)))].join(', '), notes: acts.map(each => say('inputs.act', { service: say(`billing.services.${each.service}`), from: formatDate(each.from), to: formatDate(each.to), act: each.act })).concat(say('inputs.actsLate')),
    }]),
  ]
}

function wayInWords({ volumeOf, seasonal, commonSharedBy, from }: InputFacts['services'][number], say: Say): string {
  return [say('inputs.serviceSince', { date: formatDate(from) }), ...(volumeOf.length === 0 ? [] : [say('services.values.volumeOf', { services: volumeOf.map(each => say(`billing.services.${each}`)).join(', ') })]),
    ...(seasonal ? [say('services.values.seasonal')] : []), ...(commonSharedBy === null ? [] : [say(`services.common.${commonSharedBy}`)])].join('; ')
}

function contractInWords({ number, supplier, policy, hotWater, areaM2, ...span }: InputFacts['heat'][number], say: Say): string {
  return [`№ ${number}, ${supplier}`, say(`heat.policies.${policy}`), ...(areaM2 === null ? [] : [say('inputs.heatArea', { area: formatNumber(areaM2) })]), ...(hotWater ? [say('inputs.heatHotWater')] : []), spanInWords(span, say)].join('; ')
}

function spanInWords({ from, to }: { from: string; to: string | null }, say: Say): string {
  return to === null ? say('inputs.from', { from: formatDate(from) }) : say('inputs.fromTo', { from: formatDate(from), to: formatDate(to) })
}
