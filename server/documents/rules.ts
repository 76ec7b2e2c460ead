import { invalid } from '#server/kernel/errors.ts'
import { fileLimits, type MediaType } from './schema.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** What the bytes are, by their first ones; the name and the declared type are not believed. */
export function sniffMedia(bytes: Uint8Array): MediaType | null {
  const starts = (...signs: number[]) => signs.every((sign, index) => bytes[index] === sign)
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (starts(0x52, 0x49, 0x46, 0x46) && [0x57, 0x45, 0x42, 0x50].every((sign, index) => bytes[8 + index] === sign)) return 'image/webp'
  if (starts(0x25, 0x50, 0x44, 0x46, 0x2d)) return 'application/pdf'
  return null
}

/** The true kind of the bytes, or a refusal in words. */
export function judgeFile(bytes: Uint8Array): MediaType {
  if (bytes.byteLength === 0) throw invalid('documents.fileEmpty')
  if (bytes.byteLength > fileLimits.bytes) throw invalid('documents.fileTooLarge', { megabytes: fileLimits.bytes / 1024 / 1024 })
  const media = sniffMedia(bytes)
  if (media === null) throw invalid('documents.fileKindUnknown')
  return media
}

/** Ten signs from fifty random bits. */
export function codeOf(random: Uint8Array): string {
  let bits = 0n
  for (const byte of random.subarray(0, 7)) bits = (bits << 8n) | BigInt(byte)
  let code = ''
  for (let place = 0; place < 10; place += 1) {
    code += alphabet[Number(bits & 31n)] ?? ''
    bits >>= 5n
  }
  return code
}

/** '7K3M9-QXT2B', as printed. */
export function formatCode(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`
}

/** The code in what a person typed or a camera read; else null. */
export function parseCode(text: string): string | null {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return plain.length === 10 && [...plain].every(sign => alphabet.includes(sign)) ? plain : null
}
