import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import manifest from '#app/manifest.ts'

const publicFolder = join(import.meta.dirname, '../../../public')
const facts = manifest()

// The packaged Chromium reports nothing about installability, so its conditions are read here (settled 29).
test('a phone may install the app: name, start within the scope, standalone, icons of 192 and 512 px', () => {
  expect(facts).toMatchObject({ name: 'Uyim', short_name: 'Uyim', display: 'standalone', prefer_related_applications: false })
  expect(facts.start_url?.startsWith(facts.scope ?? '?')).toBe(true)
  expect(facts.id).toBe('/')
  const sizesFor = (purpose: string) => (facts.icons ?? []).filter(icon => icon.purpose === purpose && icon.type === 'image/png').map(icon => icon.sizes)
  expect(sizesFor('any')).toEqual(expect.arrayContaining(['192x192', '512x512']))
  expect(sizesFor('maskable')).toEqual(expect.arrayContaining(['192x192', '512x512']))
})

test.each((facts.icons ?? []).filter(icon => icon.type === 'image/png'))('$src is as large as the manifest says', async ({ src, sizes }) => {
  const { width, height, format } = await sharp(readFileSync(join(publicFolder, src))).metadata()
  expect([`${width}x${height}`, format]).toEqual([sizes, 'png'])
})

test('a maskable icon fills its square, and its drawing keeps within the circle that every phone shows', async () => {
  const { data, info } = await sharp(join(publicFolder, 'icons/maskable-512.png')).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)]
  const ground = at(0, 0)
  expect(ground[3]).toBe(255)
  const outside: string[] = []
  for (let y = 0; y < info.height; y += 4) for (let x = 0; x < info.width; x += 4) {
    const far = Math.hypot(x - info.width / 2, y - info.height / 2) > info.width * 0.4
    if (far && at(x, y).some((value, channel) => Math.abs(value - (ground[channel] ?? 0)) > 8)) outside.push(`${x},${y}`)
  }
  expect(outside).toEqual([])
})
