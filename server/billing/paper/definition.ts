import 'server-only'
import type { PdfDefinition, PdfNode } from '#server/documents/pdf/definition.ts'
import { checkBlock, documentFooter, documentHeader } from '#server/documents/pdf/header.ts'
import { qrSvg } from '#server/documents/pdf/qr.ts'
import { env } from '#server/infra/env.ts'
import { texts } from '#server/infra/texts.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { formatAmount, formatDate, formatMoney, formatPeriod, type Locale } from '#server/kernel/format.ts'
import { localDateOf, type LocalDate } from '#server/kernel/period.ts'
import { pricedLines, type PricedLine } from '#server/billing/changes/rules.ts'
import { explainLine, findingInWords, serviceName, vatPercent, type Voice } from '#server/billing/explanation/rules.ts'
import { volumeNotes } from '#server/billing/volumes/rules.ts'
import { vatRows } from '#server/billing/rules.ts'
import type { BillPage } from '#server/billing/queries.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { Seal } from '#server/ledger/queries.ts'
import { paperSum } from '#server/payments/pay-for/rules.ts'

export type PaperFacts = Omit<BillPage, 'seal'> & {
  /** The last sealed day of the house's ledger when the paper is made; null before the first. */
  seal: Seal | null
  /** Behind the QR by which anybody who holds the paper pays: a neighbour, a grown-up child far away. */
  payAddress: string
  /** The code that links a phone to the flat, and its last day; only on papers for the letter box. */
  invitation?: { code: string; until: LocalDate } | null
}

/** The bill as a paper with the house's QR, in one language. Pure: the same facts give the same bytes. */
export function billPaper(page: PaperFacts, locale: Locale, code: string): PdfDefinition {
  const { bill, house } = page
  const say = texts(locale)
  const voice: Voice = { say, locale, currency: bill.currency }
  const lines = pricedLines(bill)
  const issuedOn = localDateOf(new Date(bill.issuedAt))
  const address = { uz: house.addressUz, kk: house.addressKk, ru: house.addressRu }[locale]
  const unit = say(`identity.unit.${house.unitKind}`, { number: house.unitNumber })
  const due = paperSum(bill)
  return {
    title: `${say('billing.paper.title')} ${bill.number}`, locale, madeAt: new Date(bill.issuedAt),
    content: [
      documentHeader({ locale, title: `${say('billing.paper.title')}, ${formatPeriod(bill.period, locale)}`, number: bill.number, issuedOn,
        house: { buildingId: bill.buildingId, country: house.country, name: `${house.name}, ${unit}`, address, ...(house.organisation ? { organisation: house.organisation } : {}) } }),
      { columns: [
        { width: '*', stack: [{ text: say('billing.paper.account', { number: formatAccountNumber(page.accountNumber) }), bold: true }, { text: say('billing.paper.pay', { date: formatDate(bill.dueOn) }) }] },
        { width: 'auto', stack: [{ text: formatMoney(due > 0n ? due : 0n, bill.currency, locale), style: 'sum', alignment: 'right' }] },
      ], margin: [0, 0, 0, 10] },
      ...page.replaced.slice(-1).map(({ number, total, issuedAt, ground }) => ({
        text: say('billing.paper.replaces', { number, date: formatDate(localDateOf(new Date(issuedAt))), sum: formatMoney(total, bill.currency, locale), ground }), bold: true, margin: [0, 0, 0, 6] }) as PdfNode),
      linesTable(lines, page, voice),
      ...(page.programmes > 0n ? [{ text: say('billing.paper.programmes', { sum: formatMoney(page.programmes, bill.currency, locale) }), margin: [0, 4, 0, 0] } as PdfNode] : []),
      ...disputedLines(page, voice),
      ...bill.findings.map(finding => ({ text: findingInWords(finding, say), style: 'note', margin: [0, 4, 0, 0] }) as PdfNode),
      ...(lines.some(({ item }) => item.demonstration) ? [{ text: `* ${say('billing.bill.demonstration')}`, style: 'note', margin: [0, 6, 0, 0] } as PdfNode] : []),
      { text: say('billing.paper.cutoff', { date: formatDate(issuedOn) }), style: 'note', margin: [0, 8, 0, 0] },
      { text: say('billing.paper.hash', { hash: bill.hash.slice(0, 16) }), style: 'note' },
      ...(page.seal ? [sealLine(page.seal, bill.currency, locale)] : []),
      payBlock(page, locale, code),
    ],
    footer: documentFooter(locale, code),
  }
}

/** How to pay by the paper alone, beside how to check it; under both, for the letter box, how to link a phone to the flat. One page holds it all. */
function payBlock({ payAddress, invitation, accountNumber }: PaperFacts, locale: Locale, code: string): PdfNode {
  const say = texts(locale)
  const linking: PdfNode[] = invitation ? [{
    columns: [
      { width: 110, stack: [{ text: say('billing.paper.invitation'), style: 'note' }, { text: invitation.code, fontSize: 13, bold: true }] },
      { width: '*', text: say('billing.paper.invitationNote', { address: env.APP_URL.replace(/^https?:\/\//, ''), date: formatDate(invitation.until) }), style: 'note' },
    ],
    columnGap: 10, margin: [0, 8, 0, 0],
  }] : []
  return {
    stack: [
      { columns: [
        { width: 60, svg: qrSvg(payAddress, 58) },
        { width: '*', stack: [{ text: say('billing.paper.payQr'), bold: true }, { text: say('billing.paper.payQrNote', { number: formatAccountNumber(accountNumber) }), style: 'note' }] },
        { width: 220, stack: [checkBlock(locale, code, 0)] },
      ], columnGap: 10 },
      ...linking,
    ],
    margin: [0, 10, 0, 0], unbreakable: true,
  }
}

/** In small type, whole: kept at home, it shows any later change of what lies under it (settled 4, 5). */
function sealLine({ day, links, total, hash }: Seal, currency: Currency, locale: Locale): PdfNode {
  return { text: texts(locale)('billing.paper.seal', { date: formatDate(day), entries: links.toString(), sum: formatMoney(total, currency, locale), hash }), fontSize: 6.5, lineHeight: 1.1, margin: [0, 3, 0, 0] }
}

/** Said to be wrong and not answered when the paper is made: of this month, and of the months before. */
function disputedLines({ bill, disputes }: BillPage, { say, locale, currency }: Voice): PdfNode[] {
  const sums = disputes.filter(each => each.amount > 0n && each.period <= bill.period)
  const numbers = (own: typeof sums) => own.map(each => `№ ${each.number}`).join(', ')
  const line = (key: string, own: typeof sums): PdfNode[] => (own.length === 0 ? [] : [{ text: say(key, { sum: formatMoney(own.reduce((sum, each) => sum + each.amount, 0n), currency, locale), numbers: numbers(own) }), bold: true, margin: [0, 4, 0, 0] }])
  return [...line('inputs.paperDisputed', sums.filter(each => each.period === bill.period)), ...line('inputs.paperDisputedBefore', sums.filter(each => each.period !== bill.period))]
}

function linesTable(lines: readonly PricedLine[], { bill, disputes }: BillPage, voice: Voice): PdfNode {
  const { say, locale } = voice
  const figure = (amount: bigint, bold = false): PdfNode => ({ text: formatAmount(amount), alignment: 'right', style: 'figures', bold })
  const body: PdfNode[][] = [
    [{ text: say('billing.paper.line'), bold: true }, { text: say('billing.paper.how'), bold: true }, { text: say('billing.paper.sum'), bold: true, alignment: 'right' }],
    ...lines.map(priced => {
      const { item, line } = priced
      const { summary, steps } = explainLine(item, line, voice)
      const request = disputes.find(each => each.kind === 'LINE' && each.period === bill.period && each.subject === line.key)
      const how = [line.source === undefined ? summary : `${summary}, ${say('billing.bill.estimated')}`, ...volumeNotes(priced, bill, say), ...steps.map(stepOnPaper), ...(request ? [say('inputs.disputed', { number: request.number })] : [])]
      const name = `${serviceName(item, say)}${item.demonstration ? ' *' : ''}`
      return [{ text: name }, { stack: how.map(text => ({ text, fontSize: 8, lineHeight: 1.1 })) }, figure(BigInt(line.net))]
    }),
    ...vatRows(lines).map(row => [{ text: say('billing.bill.vat', { rate: vatPercent(row.vatBp) }) }, { text: say('billing.bill.vatNote', { sum: formatAmount(row.net) }), fontSize: 8.5 }, figure(row.vat)] as PdfNode[]),
    [{ text: say('billing.bill.total'), bold: true }, '', figure(bill.total, true)],
    [{ text: say(bill.openingBalance < 0n ? 'billing.bill.openingAdvance' : 'billing.bill.openingDebt') }, '', figure(bill.openingBalance)],
    [{ text: say('billing.bill.closing'), bold: true }, '', { text: formatMoney(paperSum(bill), bill.currency, locale), bold: true, alignment: 'right', noWrap: true }],
  ]
  return { table: { widths: ['auto', '*', 'auto'], headerRows: 1, dontBreakRows: true, body }, layout: 'lightHorizontalLines' }
}

/** '6 m³ × 91,96 = 551,76'; a factor is not what the words before it equal. */
function stepOnPaper({ text, value }: { text: string; value: string }): string {
  return value.startsWith('×') ? `${text}, ${value}` : `${text} = ${value}`
}
