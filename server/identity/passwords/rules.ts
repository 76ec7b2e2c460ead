import { searchKey } from '#server/kernel/text.ts'

const rows = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'йцукенгшщзхъ', 'фывапролджэ', 'ячсмитьбю', 'abcdefghijklmnopqrstuvwxyz']
const walks = [rows.slice(1, 4).join(''), rows.slice(4, 7).join(''), rows[7] ?? ''].flatMap(walk => [walk, [...walk].reverse().join('')])
const disguises: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' }

/** What is left of a password when its figures and signs are gone: 'Password-2026!' is 'password'. */
const lettersOf = (text: string): string => text.replace(/\P{L}/gu, '')
const undisguised = (text: string): string => [...text].map(sign => disguises[sign] ?? sign).join('')
/** 'abcabcabc' is 'abc'. */
const onceOf = (text: string): string => /^(.{1,12}?)\1+$/u.exec(text)?.[1] ?? text
const trimmed = (text: string): string => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')

/** Whether guessers try it first: it is in the list of leaked ones, or is one of them with figures and signs added, disguised or repeated. */
function isLeaked(password: string, leaked: ReadonlySet<string>): boolean {
  const shapes = [password, onceOf(password), lettersOf(password), onceOf(lettersOf(password)), lettersOf(undisguised(trimmed(password))), lettersOf(undisguised(password))]
  return shapes.some(shape => leaked.has(shape))
}

/** Figures alone, the same few signs again and again, or a walk over the keyboard. */
function isPlain(password: string): boolean {
  const letters = lettersOf(password)
  return /^[\d\s.,+()-]*$/.test(password) || new Set(password).size < 5 || onceOf(password).length <= 6 || letters.length >= 8 && walks.some(walk => walk.includes(letters))
}

export type PasswordFault = 'COMMON' | 'PERSONAL'

/** Why this is no password for this person; null when it may be (identity 1.8: checked against the list of leaked ones). */
export function judgePassword(password: string, { login, name }: { login: string; name: string }, leaked: ReadonlySet<string>): PasswordFault | null {
  const plain = password.normalize('NFKC').toLowerCase().trim()
  if (isLeaked(plain, leaked) || isPlain(plain)) return 'COMMON'
  const folded = searchKey(plain).replace(/\s/g, '')
  const own = [...searchKey(name).split(' '), ...searchKey(login.replace(/[._-]/g, ' ')).split(' '), searchKey(login).replace(/\s/g, '')]
  return own.some(word => word.length >= 4 && folded.includes(word)) ? 'PERSONAL' : null
}
