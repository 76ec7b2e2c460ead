import 'server-only'
import { smsNormalise, smsParts } from '#server/kernel/text.ts'

/** The text of a code with the line by which browsers fill it in, if it still fits into one part. */
export function codeMessage(words: string, { host, code }: { host: string; code: string }): string {
  const plain = smsNormalise(words)
  const filling = `${plain}\n@${host} #${code}`
  return smsParts(filling) <= smsParts(plain) ? filling : plain
}
