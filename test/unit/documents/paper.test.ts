import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { checkBlock, documentFooter, documentHeader } from '#server/documents/pdf/header.ts'
import { qrSvg } from '#server/documents/pdf/qr.ts'
import { fontFiles, renderPdf } from '#server/documents/pdf/render.ts'

type Font = { hasGlyphForCodePoint: (code: number) => boolean }
const fontkit = createRequire(createRequire(import.meta.url).resolve('pdfmake'))('fontkit') as { openSync: (path: string) => Font }

test('the font of the papers has every letter and sign of the three languages', () => {
  const needed = 'aábcçdeéfgğhiıjklmnoópqrsştuúüvwxyzабвгғдеёжзийкқлмнңоөпрстуұүфхһҳцчшщъыіьэюяәўӯ'
  for (const path of Object.values(fontFiles())) {
    const font = fontkit.openSync(path)
    const missing = [...needed, ...needed.toUpperCase(), ...'0123456789ʻʼ₸№«»—–…·²³×→%+/().,:;“”\u00A0'].filter(sign => !font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0))
    expect(missing, path).toEqual([])
  }
})

function paper(locale: 'uz' | 'kk' | 'ru') {
  return renderPdf({
    title: 'Тұрғын үй — уй', locale, madeAt: new Date('2026-11-21T05:00:00Z'),
    content: [
      documentHeader({ locale, title: 'Toʻlov hujjati / Төлем құжаты', number: '77', issuedOn: '2026-11-21',
        house: { buildingId: '0190f3c2-0000-7000-8000-000000000001', country: locale === 'uz' ? 'UZ' : 'KZ', name: 'Абай 12', address: 'Алматы, Абай даңғылы, 12' } }),
      { text: '18 420 ₸', style: 'sum' },
      checkBlock(locale, '7K3M9QXT2B'),
    ],
    footer: documentFooter(locale, '7K3M9QXT2B'),
  })
}

test('a paper is a PDF, the same bytes each time, in each language', async () => {
  for (const locale of ['uz', 'kk', 'ru'] as const) {
    const [first, second] = [await paper(locale), await paper(locale)]
    expect(first.subarray(0, 5).toString()).toBe('%PDF-')
    expect(first.length).toBeLessThan(60_000)
    expect(first.equals(second)).toBe(true)
  }
})

test('a QR code is one path and small', () => {
  const svg = qrSvg('http://localhost:3000/h/0190f3c2-0000-7000-8000-000000000001', 72)
  expect(svg).toMatch(/^<svg [^>]+><path fill="black" d="M2 2h7/)
  expect(svg.length).toBeLessThan(6000)
})
