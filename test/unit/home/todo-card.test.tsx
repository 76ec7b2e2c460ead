import { expect, test } from 'vitest'
import { TodoCard } from '#app/[locale]/(resident)/home/todo-card.tsx'
import { texts } from '#server/infra/texts.ts'
import { markupOf } from '#test/support/markup.ts'

const todo = { key: 'a', date: '2025-12-15', title: '', note: '', act: { href: '/', word: '' } }
const said = (change: { when?: string }) =>
  markupOf(<TodoCard todo={{ ...todo, ...change }} first today="2026-01-10" t={texts('ru')} locale="ru" />).replaceAll('\u00A0', ' ')

test('a card tells a day of another year with its year', () => {
  expect(said({})).toContain('Срок был 15 декабря 2025 г.')
})

test('a sum of which a part is late is not dated as a whole: its own words stand instead', () => {
  expect(said({ when: 'Часть опоздала' })).toContain('Часть опоздала')
  expect(said({ when: 'Часть опоздала' })).not.toContain('15 декабря')
})
