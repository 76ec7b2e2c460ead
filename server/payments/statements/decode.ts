import 'server-only'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { invalid } from '#server/kernel/errors.ts'

export type TextEncoding = 'utf-8' | 'windows-1251' | 'cp866' | 'utf-16le'

const headBytes = 64 * 1024
const labels: Record<TextEncoding, string> = { 'utf-8': 'utf-8', 'windows-1251': 'windows-1251', cp866: 'ibm866', 'utf-16le': 'utf-16le' }

/** How often a Cyrillic text has what it has: small letters follow letters; pseudographics and capitals inside words speak against. */
function likeness(text: string): number {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0
  return count(/[а-яё]{2}/gu) * 2 + count(/ВерсияФормата|РасчСчет|СекцияДокумент|ДатаНачала/gu) * 20 - count(/[а-яё][А-ЯЁ]{2}|[\u2500-\u259F\u0080-\u009F°·√№¤Ў]/gu)
}

/** Which of the four encodings the head of a file is in: UTF-8 when it is valid, else the likelier of the two one-byte ones. */
export function encodingOf(head: Uint8Array): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head.includes(0)) throw invalid('statements.notAText')
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return 'utf-8'
  } catch {
    const as = (encoding: TextEncoding) => likeness(new TextDecoder(labels[encoding]).decode(head))
    return as('cp866') > as('windows-1251') ? 'cp866' : 'windows-1251'
  }
}

export async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Lines of a text file, as many at once as a piece of it holds; never the whole file. */
export async function* linesOf(path: string, encoding: TextEncoding): AsyncGenerator<string[]> {
  const decoder = new TextDecoder(labels[encoding], { fatal: true })
  const source = createReadStream(path, { highWaterMark: 256 * 1024 })
  let rest = ''
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > 1024 * 1024) throw invalid('statements.notAText')
      yield lines
    }
    rest += decoder.decode()
  } catch (error) {
    if (error instanceof TypeError) throw invalid('statements.brokenLetters')
    throw error
  } finally {
    source.destroy()
  }
  if (rest !== '') yield [rest]
}
