import { afterEach, expect, it, vi } from 'vitest'
import { scanOf } from '#app/_client/scan.ts'
import { fileCourtPaperInput } from '#server/billing/court/schema.ts'

afterEach(() => { vi.unstubAllGlobals() })

it('a scan that no browser can draw goes as it is, so that the server says what it is not', async () => {
  const drawn = vi.fn(() => Promise.reject(new Error('The source image could not be decoded.')))
  vi.stubGlobal('createImageBitmap', drawn)
  expect(atob(await scanOf(new Blob(['no picture'], { type: 'image/jpeg' }), ''))).toBe('no picture')
  expect(drawn).toHaveBeenCalledTimes(1)
  expect(atob(await scanOf(new Blob(['%PDF-1.7'], { type: 'application/pdf' }), ''))).toBe('%PDF-1.7')
  expect(drawn).toHaveBeenCalledTimes(1)
})

it.each(['image/heic', 'application/pdf'])('a scan larger than the server takes is refused in words before it is sent: %s', async type => {
  vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('The source image could not be decoded.')))
  const most = 2 * 1024 * 1024
  const sent = await scanOf(new Blob([new Uint8Array(most)], { type }), '')
  expect(fileCourtPaperInput.shape.scan.safeParse(sent).success).toBe(true)
  await expect(scanOf(new Blob([new Uint8Array(most + 1)], { type }), 'More than {{megabytes}} MB')).rejects.toMatchObject({ message: 'More than 2 MB', code: 'documents.fileTooLarge' })
})
