import 'server-only'
import { bandSvg } from '#server/documents/band/rules.ts'
import { formatCode } from '#server/documents/rules.ts'
import { env } from '#server/infra/env.ts'
import { texts } from '#server/infra/texts.ts'
import { formatLongDate, type Locale } from '#server/kernel/format.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import type { PdfNode } from './definition.ts'
import { qrSvg } from './qr.ts'

export type PaperHouse = { buildingId: string; country: Country; name: string; address: string; organisation?: string }
export type PaperHead = { locale: Locale; title: string; number?: string; issuedOn: LocalDate; house: PaperHouse }

export const pageWidth = 515
const ink = '#0b5d5b'

/** Address of a house's public page, the one behind its QR. */
export function houseAddress(buildingId: string): string {
  return `${env.APP_URL}/h/${buildingId}`
}

export function checkAddress(code: string): string {
  return `${env.APP_URL}/v/${code}`
}

/** Top of every paper: band of tiles, title, house with its QR. */
export function documentHeader({ locale, title, number, issuedOn, house }: PaperHead): PdfNode {
  const t = texts(locale)
  return {
    stack: [
      { svg: bandSvg(house.country, pageWidth, ink), margin: [0, 0, 0, 10] },
      { columns: [
        { width: '*', stack: [
          { text: title, style: 'title' },
          { text: [number ? `${t('documents.paper.number', { number })} · ` : '', formatLongDate(issuedOn, locale)], style: 'note', margin: [0, 1, 0, 6] },
          { text: house.name, bold: true },
          { text: house.address },
          ...(house.organisation ? [{ text: house.organisation, style: 'note' }] : []),
        ] },
        { width: 76, stack: [
          { svg: qrSvg(houseAddress(house.buildingId), 72) },
          { text: t('documents.paper.houseQr'), style: 'note', fontSize: 7, alignment: 'center' },
        ] },
      ], columnGap: 16 },
    ],
    margin: [0, 0, 0, 12],
  }
}

/** Foot of every page: how to check the paper, and which page it is. */
export function documentFooter(locale: Locale, code: string | null): (page: number, pages: number) => PdfNode {
  const t = texts(locale)
  return (page, pages) => ({
    columns: [
      code === null ? { text: '', width: '*' } : { width: '*', text: [t('documents.paper.check'), ' ', { text: `${env.APP_URL.replace(/^https?:\/\//, '')}/v/${formatCode(code)}`, link: checkAddress(code), color: ink }] },
      { width: 'auto', text: t('documents.paper.page', { page, pages }), alignment: 'right' },
    ],
    style: 'note', margin: [40, 14, 40, 0],
  })
}

/** Beside a short text: the QR of the paper's own check page. */
export function checkBlock(locale: Locale, code: string, above = 14): PdfNode {
  return {
    columns: [
      { width: 60, svg: qrSvg(checkAddress(code), 56) },
      { width: '*', stack: [{ text: texts(locale)('documents.paper.code', { code: formatCode(code) }), bold: true }, { text: texts(locale)('documents.paper.checkLong'), style: 'note' }] },
    ],
    columnGap: 10, margin: [0, above, 0, 0],
  }
}
