import { expect, test } from 'vitest'
import { filesUnder, read } from './sources.ts'

const corpus = ['app', 'server', 'prisma'].flatMap(filesUnder).filter(path => /[.](ts|tsx|sql|prisma)$/.test(path))
const text = corpus.map(path => `${path}\n${read(path)}`).join('\n').toLowerCase()

const rows = read('locales/glossary.md').split('\n')
  .map(line => line.split('|').map(cell => cell.trim()))
  .filter(cells => cells.length === 6 && /^[A-Z][A-Za-z]+( \/ [A-Z][A-Za-z]+)*$/.test(cells[1] ?? ''))

/** PersonalAccount lives as personalAccount, personal_account or personal-account. */
function spellings(term: string): string[] {
  const parts = term.split(/(?=[A-Z])/).map(part => part.toLowerCase())
  // Tables are plural: ledger_entries.
  const plural = [...parts.slice(0, -1), (parts.at(-1) ?? '').replace(/y$/, 'ies')]
  return [parts, plural].flatMap(words => [words.join(''), words.join('_'), words.join('-')])
}

test('the glossary has its table', () => {
  expect(rows.length).toBeGreaterThan(20)
})

test.each(rows.flatMap(cells => (cells[1] ?? '').split(' / ')))('%s names something that lives', term => {
  expect(spellings(term).some(spelling => text.includes(spelling))).toBe(true)
})

test('every term has its word in the three languages, Uzbek with U+02BB and U+02BC', () => {
  for (const cells of rows) {
    expect(cells.slice(2, 5).every(cell => cell !== ''), `${cells[1]}`).toBe(true)
    expect(cells[3]).not.toMatch(/[`'‘’]/)
  }
})
