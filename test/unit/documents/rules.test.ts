import { expect, test } from 'vitest'
import { codeOf, formatCode, judgeFile, parseCode, sniffMedia } from '#server/documents/rules.ts'
import { fileLimits } from '#server/documents/schema.ts'

const bytes = (...first: number[]) => Uint8Array.from([...first, ...Array.from({ length: 20 }, () => 7)])

test('knows a file by its first bytes, not by its name', () => {
  expect(sniffMedia(bytes(0xff, 0xd8, 0xff, 0xe0))).toBe('image/jpeg')
  expect(sniffMedia(bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))).toBe('image/png')
  expect(sniffMedia(bytes(0x52, 0x49, 0x46, 0x46, 1, 1, 1, 1, 0x57, 0x45, 0x42, 0x50))).toBe('image/webp')
  expect(sniffMedia(bytes(0x25, 0x50, 0x44, 0x46, 0x2d))).toBe('application/pdf')
  expect(sniffMedia(new TextEncoder().encode('<svg onload=alert(1)>'))).toBeNull()
})

test('refuses what is empty, too large or of no known kind', () => {
  expect(() => judgeFile(new Uint8Array())).toThrow('documents.fileEmpty')
  expect(() => judgeFile(new Uint8Array(fileLimits.bytes + 1))).toThrow('documents.fileTooLarge')
  expect(() => judgeFile(bytes(1, 2, 3))).toThrow('documents.fileKindUnknown')
})

test('a code survives being typed by a person: small letters, O for 0, l for 1, spaces', () => {
  const code = codeOf(Uint8Array.from([1, 2, 3, 250, 5, 6, 7]))
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/)
  expect(parseCode(` ${formatCode(code).toLowerCase()} `)).toBe(code)
  expect(parseCode('O1lI0-ABCDE')).toBe('01110ABCDE')
  expect(parseCode('SHORT')).toBeNull()
  expect(parseCode('UUUUUUUUUU')).toBeNull()
})
