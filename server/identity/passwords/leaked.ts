import 'server-only'
import file from './leaked.json' with { type: 'json' }

/** What guessers try first, in small letters. */
export const leakedPasswords: ReadonlySet<string> = new Set(`${file.words} ${file.ours}`.split(' '))
