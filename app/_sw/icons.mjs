// Draws public/icons from the tile star of app/_ui/brand-mark.tsx: node app/_sw/icons.mjs
import { mkdirSync, writeFileSync } from 'node:fs'
import sharp from 'sharp'

const act = '#0b5d5b'
const ground = '#f7f6f2'
const star =
  'M16 1.5l4.25 4.25h6v6L30.5 16l-4.25 4.25v6h-6L16 30.5l-4.25-4.25h-6v-6L1.5 16l4.25-4.25v-6h6zM11.5 23v-7.5c0-3 2.2-4.7 4.5-7 2.3 2.3 4.5 4 4.5 7V23z'

/** `share` of the square that the star fills: a maskable icon keeps it inside the safe circle. */
function drawing({ share, corner, back, front }) {
  const scale = share * 16
  const shift = (512 - scale * 32) / 2
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" rx="${corner}" fill="${back}"/><path fill="${front}" fill-rule="evenodd" transform="translate(${shift} ${shift}) scale(${scale})" d="${star}"/></svg>`
}

const plain = drawing({ share: 0.78, corner: 96, back: act, front: ground })
const full = drawing({ share: 0.62, corner: 0, back: act, front: ground })
const badge = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="${ground}" fill-rule="evenodd" d="${star}"/></svg>`

const folder = new URL('../../public/icons/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('icon.svg', folder), `${plain}\n`)

const files = [
  ['icon-192.png', plain, 192],
  ['icon-512.png', plain, 512],
  ['maskable-192.png', full, 192],
  ['maskable-512.png', full, 512],
  ['apple-180.png', full, 180],
  ['badge-96.png', badge, 96],
]
for (const [name, svg, size] of files) {
  await sharp(Buffer.from(svg), { density: 288 }).resize(size, size).png({ palette: true, compressionLevel: 9 }).toFile(new URL(name, folder).pathname)
}
