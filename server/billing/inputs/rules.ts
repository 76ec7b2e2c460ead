// What a bill was made from, in words: the same for the screen and for the request that says one of them is wrong.
import { formatDate, formatNumber } from '#server/kernel/format.ts'
import type { Say } from '#server/billing/explanation/rules.ts'

export type InputFacts = {
  readonly areaM2: string
  /** The last change of the area up to the end of the month. */
  readonly areaChange: { readonly from: string; readonly previousM2: string; readonly ground: string } | null
  readonly persons: { readonly count: number; readonly since: string; readonly source: string } | null
  readonly absences: readonly { readonly persons: number; readonly from: string; readonly to: string | null; readonly ground: string }[]
  readonly privileges: readonly { readonly service: string; readonly from: string; readonly to: string | null; readonly ground: string }[]
  /** Without names; empty for whoever has no part in the register. */
  readonly owners: readonly { readonly share: string; readonly since: string }[]
  readonly electricStove: boolean
  readonly meters: readonly { readonly meterId: string; readonly service: string; readonly serial: string; readonly installedOn: string; readonly verifiedUntil: string | null; readonly readings: readonly { readonly takenOn: string; readonly values: readonly string[]; readonly used: string | null }[] }[]
}

export type Input = { readonly subject: string; readonly title: string; readonly value: string; readonly notes: readonly string[] }

/** Every input with its name, its value and since when; each can be said to be wrong. */
export function inputsInWords(facts: InputFacts, say: Say): Input[] {
  return [
    { subject: 'AREA', title: say('inputs.area'), value: `${formatNumber(facts.areaM2)} m²`.replace('m²', say('billing.units.m2')), notes: facts.areaChange === null ? []
      : [say('inputs.areaChange', { date: formatDate(facts.areaChange.from), was: formatNumber(facts.areaChange.previousM2), ground: facts.areaChange.ground })] },
    { subject: 'PERSONS', title: say('inputs.persons'), value: facts.persons === null ? say('inputs.unknown') : String(facts.persons.count),
      notes: facts.persons === null ? [] : [say('inputs.since', { date: formatDate(facts.persons.since), ground: facts.persons.source })] },
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
  ]
}

function spanInWords({ from, to }: { from: string; to: string | null }, say: Say): string {
  return to === null ? say('inputs.from', { from: formatDate(from) }) : say('inputs.fromTo', { from: formatDate(from), to: formatDate(to) })
}
