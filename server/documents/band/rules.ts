// The one ornament, as app/_ui/tile-band.tsx draws it on the screen.
const tiles = {
  UZ: 'M12 1l3 4 5-1-1 5 4 3-4 3 1 5-5-1-3 4-3-4-5 1 1-5-4-3 4-3-1-5 5 1zM12 8l4 4-4 4-4-4zM0 10l2 2-2 2M24 10l-2 2 2 2',
  KZ: 'M12 23V12c0-6-9-6-9 0 0 4 5 4 5 1M12 12c0-6 9-6 9 0 0 4-5 4-5 1M12 6l2-3-2-2-2 2zM0 23h24M0 1h5M19 1h5',
} as const

/** A band of tiles as SVG, `width` points long and 12 high. */
export function bandSvg(country: keyof typeof tiles, width: number, colour: string): string {
  const count = Math.floor(width / 12)
  const places = Array.from({ length: count }, (_, index) => `<path transform="translate(${index * 12} 0) scale(0.5)" d="${tiles[country]}"/>`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="12" viewBox="0 0 ${width} 12"><g fill="none" stroke="${colour}" stroke-width="1.2" stroke-linejoin="round">${places}</g></svg>`
}
