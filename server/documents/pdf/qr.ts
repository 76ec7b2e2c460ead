import 'server-only'
import { create } from 'qrcode'

/** A QR code as one SVG path: small, sharp on paper, without a library in the reader. */
export function qrSvg(text: string, size: number): string {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const whole = modules.size + 4
  let path = ''
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue
      let run = 1
      while (column + run < modules.size && modules.get(row, column + run)) run += 1
      path += `M${column + 2} ${row + 2}h${run}v1h-${run}z`
      column += run
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${whole} ${whole}"><path fill="black" d="${path}"/></svg>`
}
