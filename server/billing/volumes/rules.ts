// What a volume is made up of, and the norm behind an estimate: what a line's formula takes as one figure.
import { formatNumber } from '#server/kernel/format.ts'
import { addDecimal, compareDecimal, multiplyDecimal, subtractDecimal, type Decimal } from '#server/kernel/quantity.ts'
import { pricedLines, type MonthLines, type PricedLine } from '#server/billing/changes/rules.ts'
import type { BillLine, NormFrom } from '#server/billing/schema.ts'
import type { Say } from '#server/billing/explanation/rules.ts'

type Part = { readonly service: string; readonly quantity: Decimal; readonly source: BillLine['source'] }

/** Sentences beside the formula of a metered line; none where a figure cannot be told for certain. */
export function volumeNotes(priced: PricedLine, month: MonthLines, say: Say): string[] {
  const { item, line } = priced
  if (!isPlain(priced)) return []
  const unit = say(`billing.units.${item.unit}`)
  const parts = item.volumeAt.length > 1 ? partsOf(priced, month) : []
  const made = parts.map(part => `${say(`billing.services.${part.service}`)} ${formatNumber(part.quantity)} ${unit}${part.source === undefined ? '' : ` (${say(`billing.line.${part.source === 'NORM' ? 'byNorm' : 'byAverage'}`)})`}`).join(' + ')
  return [...(parts.length === 0 ? [] : [`${made} = ${formatNumber(line.quantity)} ${unit}`]), ...normsOf(priced, parts, month).map(each => normInWords(each, unit, say))]
}

/** On what the norms stand that a line was estimated by; of several services those that are known to be estimated, otherwise all. */
export function normPapers(priced: PricedLine, month: MonthLines): (NormFrom & { readonly service: string })[] {
  const { item, line } = priced
  if (line.source !== 'NORM' || item.of !== 'VOLUME' || item.heat !== undefined) return []
  const parts = item.volumeAt.length > 1 && isPlain(priced) ? partsOf(priced, month) : []
  const measured = parts.filter(part => part.source !== 'NORM').map(part => part.service)
  return item.volumeAt.flatMap(at => {
    const volume = month.prices.volumes[at - 1]
    return volume?.normFrom === undefined || measured.includes(volume.service) ? [] : [{ ...volume.normFrom, service: volume.service }]
  })
}

// One price for the whole month and a volume of its own: nothing taken off it, no recalculation, no share of the house.
function isPlain({ item, line }: PricedLine): boolean {
  return item.of === 'VOLUME' && item.by === undefined && item.heat === undefined && item.days === item.monthDays && line.volumes === undefined && line.parts === undefined && (line.before === undefined || compareDecimal(line.before, '0') === 0)
}

/** What each service put in: its own line tells it; of a single one that has none it is the rest. */
function partsOf({ item, line }: PricedLine, month: MonthLines): Part[] {
  const own = pricedLines(month).filter(isPlain)
  const found = item.volumeAt.flatMap(at => {
    const service = month.prices.volumes[at - 1]?.service
    if (service === undefined) return []
    const line = own.find(each => each.item.service === service && each.item.volumeAt.length === 1 && each.item.volumeAt[0] === at)?.line
    return [{ service, quantity: line?.quantity ?? null, source: line?.source }]
  })
  const rest = subtractDecimal(line.quantity, found.reduce((sum, each) => addDecimal(sum, each.quantity ?? '0'), '0'))
  const silent = found.filter(each => each.quantity === null)
  if (silent.length > 1 || compareDecimal(rest, '0') < 0 || (silent.length === 0 && compareDecimal(rest, '0') !== 0)) return []
  // Of what is charged some other way nobody asked the meter: it is as the whole line says.
  return found.map(({ service, quantity, source }) => quantity === null ? { service, quantity: rest, source: compareDecimal(rest, '0') === 0 ? undefined : line.source } : { service, quantity, source })
}

type Norm = { readonly norm: string; readonly people: number | null }

function normsOf({ item, line }: PricedLine, parts: readonly Part[], { prices }: MonthLines): Norm[] {
  const estimated = item.volumeAt.length === 1 ? [{ service: prices.volumes[(item.volumeAt[0] ?? 0) - 1]?.service ?? '', quantity: line.quantity, source: line.source }] : parts
  return estimated.flatMap(part => {
    const volume = prices.volumes.find(each => each.service === part.service)
    if (part.source !== 'NORM' || !volume?.norm || volume.served !== undefined) return []
    return [{ norm: volume.norm, people: peopleOf(part.quantity, volume.norm) }]
  })
}

/** So many persons make the volume by the norm; null where it is not a whole number of them. */
function peopleOf(quantity: Decimal, norm: string): number | null {
  for (let count = 1; count <= 30; count += 1) if (compareDecimal(multiplyDecimal(norm, String(count)), quantity) === 0) return count
  return null
}

function normInWords({ norm, people }: Norm, unit: string, say: Say): string {
  return people === null ? say('billing.line.normOf', { norm: formatNumber(norm), unit }) : say('billing.line.normOfPeople', { norm: formatNumber(norm), unit, count: people })
}
