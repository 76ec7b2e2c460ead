import 'server-only'
import sharp from 'sharp'
import { invalid } from '#server/kernel/errors.ts'
import { fileLimits } from '#server/documents/schema.ts'

// One core per photo: a request must not take the machine.
sharp.concurrency(1)
sharp.cache(false)

/** The picture and nothing else: turned upright, at most 1280 px, JPEG without EXIF. */
export async function encodePhoto(bytes: Uint8Array): Promise<Buffer> {
  try {
    return await sharp(bytes, { limitInputPixels: fileLimits.pixels, failOn: 'error', pages: 1 })
      .rotate()
      .resize({ width: fileLimits.side, height: fileLimits.side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg({ quality: 74, progressive: true })
      .toBuffer()
  } catch {
    throw invalid('documents.photoUnreadable')
  }
}
