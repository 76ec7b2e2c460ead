import { afterEach, expect, it, vi } from 'vitest'
import { scanOf } from '#app/_client/photo.ts'

afterEach(() => { vi.unstubAllGlobals() })

it('a scan that no browser can draw goes as it is, so that the server says what it is not', async () => {
  const drawn = vi.fn(() => Promise.reject(new Error('The source image could not be decoded.')))
  vi.stubGlobal('createImageBitmap', drawn)
  expect(atob(await scanOf(new Blob(['no picture'], { type: 'image/jpeg' })))).toBe('no picture')
  expect(drawn).toHaveBeenCalledTimes(1)
  expect(atob(await scanOf(new Blob(['%PDF-1.7'], { type: 'application/pdf' })))).toBe('%PDF-1.7')
  expect(drawn).toHaveBeenCalledTimes(1)
})
