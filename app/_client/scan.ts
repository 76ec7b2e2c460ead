import { base64Of, shrinkPhoto } from './photo.ts'
import { CallError } from './trpc.ts'
import { fill } from './words.ts'

/** In base64 it stays under what the procedures accept. */
const megabytes = 2

/**
 * A scan for the wire: a photo made small; a PDF as it is, and what cannot be drawn too: the server says in words what it
 * is not. What is too large is refused before the network is used, in the words of `tooLarge`.
 */
export async function scanOf(file: Blob, tooLarge: string): Promise<string> {
  const scan = file.type === 'application/pdf' ? file : await shrinkPhoto(file).catch(() => file)
  if (scan.size > megabytes * 1024 * 1024) throw new CallError(fill(tooLarge, { megabytes }), { kind: 'BAD_REQUEST', code: 'documents.fileTooLarge' })
  return base64Of(scan)
}
