import 'server-only'
import type { PdfDefinition, PdfNode } from '#server/documents/pdf/definition.ts'
import { checkBlock, documentFooter, documentHeader } from '#server/documents/pdf/header.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatAmount, formatDate, formatMoney, formatPeriod, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { spanOf } from './rules.ts'
import type { CourtDebt, CourtPlace } from './schema.ts'

export type CalculationFacts = { place: CourtPlace; debt: CourtDebt; number: string; issuedOn: LocalDate; madeAt: Date; locale: Locale }

/** The calculation of a debt with its period, from the account's own entries. Pure: the same facts give the same bytes. */
export function calculationPaper(facts: CalculationFacts, code: string): PdfDefinition {
  const { place, debt, number, issuedOn, madeAt, locale } = facts
  const t = texts(locale)
  const unit = t(`identity.unit.${place.unitKind}`, { number: place.unitNumber })
  return {
    title: `${t('court.paper.title')} ${number}`, locale, madeAt,
    content: [
      documentHeader({ locale, title: t('court.paper.title'), number, issuedOn,
        house: { buildingId: place.buildingId, country: place.country, name: `${place.house}, ${unit}`, address: { uz: place.addressUz, kk: place.addressKk, ru: place.addressRu }[locale], ...(place.organisation ? { organisation: place.organisation } : {}) } }),
      { text: t('court.paper.account', { number: formatAccountNumber(place.number) }), bold: true },
      { text: t('court.paper.period', { span: spanOf(debt.from, debt.to, { t, locale }) }), margin: [0, 2, 0, 8] },
      monthsTable(debt, locale, t),
      sums(debt, place, { locale, t }),
      { text: t('court.paper.ground', { date: formatDate(issuedOn) }), style: 'note', margin: [0, 10, 0, 0] },
      { text: t('court.paper.signature'), margin: [0, 24, 0, 0] },
      checkBlock(locale, code),
    ],
    footer: documentFooter(locale, code),
  }
}

function monthsTable(debt: CourtDebt, locale: Locale, t: Texts): PdfNode {
  const figure = (amount: bigint, bold = false): PdfNode => ({ text: formatAmount(amount), alignment: 'right', style: 'figures', bold })
  const head = (key: string): PdfNode => ({ text: t(`court.paper.${key}`), bold: true, alignment: key === 'month' ? 'left' : 'right' })
  const sum = (of: (month: CourtDebt['months'][number]) => bigint) => debt.months.reduce((all, month) => all + of(month), 0n)
  const body: PdfNode[][] = [
    [head('month'), head('charged'), head('penalty'), head('corrected'), head('paid'), head('balance')],
    ...(debt.before === 0n ? [] : [[{ text: t('court.paper.before') }, '', '', '', '', figure(debt.before)] as PdfNode[]]),
    ...debt.months.map(month => [{ text: formatPeriod(month.period, locale) }, figure(month.charged), figure(month.penalty), figure(month.corrected), figure(month.paid), figure(month.balance)] as PdfNode[]),
    [{ text: t('court.paper.total'), bold: true }, figure(sum(m => m.charged), true), figure(sum(m => m.penalty), true), figure(sum(m => m.corrected), true), figure(sum(m => m.paid), true), figure(debt.balance, true)],
  ]
  return { table: { widths: ['*', 'auto', 'auto', 'auto', 'auto', 'auto'], headerRows: 1, dontBreakRows: true, body }, layout: 'lightHorizontalLines', fontSize: 9 }
}

function sums(debt: CourtDebt, { currency }: CourtPlace, { locale, t }: { locale: Locale; t: Texts }): PdfNode {
  const row = (key: string, amount: bigint, bold = false): PdfNode => ({ columns: [{ width: '*', text: t(`court.paper.${key}`), bold }, { width: 'auto', text: formatMoney(amount, currency, locale), bold, alignment: 'right', style: 'figures' }] })
  return {
    stack: [
      ...(debt.notDue === 0n ? [] : [row('notDue', -debt.notDue)]),
      ...(debt.ahead === 0n ? [] : [row('ahead', debt.ahead)]),
      row('principal', debt.principal), row('penaltyOf', debt.penalty), row('claim', debt.overdue, true),
    ], margin: [0, 10, 0, 0], unbreakable: true,
  }
}
