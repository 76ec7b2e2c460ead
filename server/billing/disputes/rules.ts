// What a request about a bill says: everything that stood behind the line or the input, so that nobody has to ask.
import { formatDate, formatMoney, formatPeriod } from '#server/kernel/format.ts'
import { explainLine, serviceName, sourceInWords, vatPercent, type Voice } from '#server/billing/explanation/rules.ts'
import type { Input } from '#server/billing/inputs/rules.ts'
import type { BillLine, PriceItem } from '#server/billing/schema.ts'

type About = { readonly billNumber: string; readonly period: string }

export function lineInRequest(item: PriceItem, line: BillLine, { about, voice, inputs }: { about: About; voice: Voice; inputs: readonly Input[] }): string {
  const { say, locale, currency } = voice
  const { summary, steps, notes, amount } = explainLine(item, line, voice)
  const money = (value: bigint) => formatMoney(value, currency, locale)
  return [
    say('inputs.requestLine', { service: serviceName(item, say), period: formatPeriod(about.period, locale), number: about.billNumber, sum: money(amount.net + amount.vat) }),
    summary, ...steps.map(step => [step.text, step.value].filter(Boolean).join(' = ')),
    ...(item.vatBp > 0 ? [`${say('billing.bill.vat', { rate: vatPercent(item.vatBp) })}: ${money(amount.vat)}`] : []),
    ...notes, `${say('billing.line.tariff')}: ${sourceInWords(item, say)}, ${say('billing.line.validFrom', { date: formatDate(item.validFrom) })}`,
    ...inputsInLines(inputs),
  ].join('\n').slice(0, mostWords)
}

export function inputInRequest(input: Input, { about, voice: { say, locale }, inputs }: { about: About; voice: Voice; inputs: readonly Input[] }): string {
  const head = say('inputs.requestInput', { title: input.title, value: input.value, period: formatPeriod(about.period, locale), number: about.billNumber })
  return [head, ...input.notes, '', ...inputsInLines(inputs.filter(each => each.subject !== input.subject))].join('\n').slice(0, mostWords)
}

const mostWords = 4000

function inputsInLines(inputs: readonly Input[]): string[] {
  return inputs.map(each => [`${each.title}: ${each.value}`, ...each.notes].join('; '))
}
