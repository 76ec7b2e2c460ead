import 'server-only'
import type { PdfDefinition, PdfNode } from '#server/documents/pdf/definition.ts'
import { checkBlock, documentFooter, documentHeader } from '#server/documents/pdf/header.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { formatDate, formatDateTime, formatMoney, type Locale } from '#server/kernel/format.ts'
import type { ReceiptFacts } from '#server/payments/queries.ts'
import { fiscalReceiptsOf } from '#server/payments/rules.ts'
import { fundName, type AllocationRule } from '#server/payments/split/rules.ts'

export type Receipt = { facts: ReceiptFacts; rule: (AllocationRule & { validFrom: string }) | null; locale: Locale; code: string }

/** The receipt as a paper: what, when, by whom, and which debts it covered in which order. Pure. */
export function receiptPaper({ facts, rule, locale, code }: Receipt): PdfDefinition {
  const t = texts(locale)
  const address = { uz: facts.addressUz, kk: facts.addressKk, ru: facts.addressRu }[locale]
  const refunded = facts.state === 'REFUNDED'
  return {
    title: `${t('payments.paper.title')} ${facts.seq}`, locale, madeAt: facts.cancelledAt ?? facts.postedAt ?? facts.acceptedAt,
    content: [
      documentHeader({ locale, title: t(refunded ? 'payments.paper.refundTitle' : 'payments.paper.title'), number: String(facts.seq), issuedOn: facts.valueDate ?? '',
        house: { buildingId: facts.buildingId, country: facts.country, name: facts.houseName, address, ...(facts.organisation ? { organisation: facts.organisation } : {}) } }),
      { text: formatMoney(facts.amount, facts.currency, locale), style: 'sum', margin: [0, 4, 0, 8] },
      pairs(rowsOf(facts, t)),
      { text: t('payments.paper.covers'), style: 'heading' },
      pairs(facts.split.map(part => [t(`payments.funds.${fundName(part.fund)}`), formatMoney(part.amount, facts.currency, locale)])),
      ...(rule && facts.fund === null ? [{ text: t('payments.paper.order', { rule: rule.ruleId, date: formatDate(rule.validFrom), ...orderInWords(rule, t) }), style: 'note', margin: [0, 4, 0, 0] } as PdfNode] : []),
      ...fiscalOf(facts, t, locale),
      checkBlock(locale, code),
    ],
    footer: documentFooter(locale, code),
  }
}

/** The order itself, fund by fund, and where the rest goes: within a fund the oldest debt is covered first. */
function orderInWords({ fundOrder, advanceFund }: AllocationRule, t: Texts): { order: string; advance: string } {
  return { order: fundOrder.map(fund => t(`payments.funds.${fundName(fund)}`)).join(' → '), advance: t(`payments.funds.${fundName(advanceFund)}`) }
}

function rowsOf(facts: ReceiptFacts, t: Texts): [string, string][] {
  const rows: [string, string | null][] = [
    [t('payments.paper.account'), formatAccountNumber(facts.accountNumber)],
    [t('payments.paper.invoice'), facts.invoiceId === null ? null : formatAccountNumber(facts.number)],
    [t('payments.paper.unit'), facts.unitNumber],
    [t('payments.paper.provider'), t(`payments.providers.${facts.provider}`)],
    [t('payments.paper.operation'), facts.externalId],
    [t('payments.paper.accepted'), formatDateTime(facts.acceptedAt)],
    [t('payments.paper.posted'), facts.postedAt && formatDateTime(facts.postedAt)],
    [t('payments.paper.refunded'), facts.cancelledAt && formatDateTime(facts.cancelledAt)],
  ]
  return rows.filter((row): row is [string, string] => row[1] !== null)
}

function pairs(rows: readonly (readonly [string, string])[]): PdfNode {
  return { table: { widths: ['*', 'auto'], body: rows.map(([term, value]) => [{ text: term }, { text: value, alignment: 'right', style: 'figures' }]) }, layout: 'lightHorizontalLines' }
}

/** The fiscal receipts, where their operator has told us of them, with what was sold and the tax in it. */
function fiscalOf(facts: ReceiptFacts, t: Texts, locale: Locale): PdfNode[] {
  return fiscalReceiptsOf(facts).flatMap(({ kind, receipt, sign, link, item }) => [
    { text: t(kind === 'CANCEL' ? 'payments.paper.fiscalReturn' : 'payments.paper.fiscal'), style: 'heading' },
    { text: t('payments.paper.fiscalSign', { sign, receipt }), ...(link === null ? {} : { link }) },
    ...(item ? [{ text: t('payments.paper.fiscalItem', { title: item.title, code: item.code, percent: item.vatPercent, vat: formatMoney(item.vat, facts.currency, locale) }), style: 'note', margin: [0, 4, 0, 0] } as PdfNode] : []),
  ])
}
