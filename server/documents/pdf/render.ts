import 'server-only'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import pdfmake from 'pdfmake'
import { slot } from '#server/infra/slot.ts'
import type { PdfDefinition } from './definition.ts'

const folder = () => dirname(createRequire(join(process.cwd(), 'package.json')).resolve('@expo-google-fonts/source-sans-3/package.json'))

/** Source Sans 3: has every letter of the three languages, oʻ gʻ with their own sign, and ₸ (a test looks). */
export function fontFiles(): { normal: string; bold: string } {
  return { normal: join(folder(), '400Regular/SourceSans3_400Regular.ttf'), bold: join(folder(), '600SemiBold/SourceSans3_600SemiBold.ttf') }
}

function prepared(): typeof pdfmake {
  return slot('pdfmake', () => {
    const { normal, bold } = fontFiles()
    pdfmake.setFonts({ Sans: { normal, bold, italics: normal, bolditalics: bold } })
    // Our papers bring everything along: nothing is fetched, no other file is read.
    pdfmake.setUrlAccessPolicy(() => false)
    pdfmake.setLocalAccessPolicy(path => path === normal || path === bold)
    return pdfmake
  })
}

/** The PDF of a paper. The same definition gives the same bytes. */
export async function renderPdf(definition: PdfDefinition): Promise<Buffer> {
  const { title, locale, madeAt, content, footer, styles, pageSize = 'A4', pageMargins = [40, 36, 40, 48] } = definition
  return prepared().createPdf({
    pageSize, pageMargins, content, lang: locale, compress: true, version: '1.7',
    ...(footer ? { footer } : {}),
    info: { title, author: 'Uyim', creator: 'Uyim', producer: 'Uyim', creationDate: madeAt, modDate: madeAt },
    defaultStyle: { font: 'Sans', fontSize: 10, lineHeight: 1.2, color: '#1a1d1f' },
    styles: {
      title: { fontSize: 15, bold: true }, heading: { fontSize: 11.5, bold: true, margin: [0, 8, 0, 3] },
      sum: { fontSize: 20, bold: true, fontFeatures: ['tnum'] }, figures: { fontFeatures: ['tnum'] }, note: { fontSize: 8.5, color: '#55606a' }, ...styles,
    },
  }).getBuffer()
}
