import { describe, expect, it } from 'vitest'
import { countWords, fill } from '#app/_client/words.ts'
import { swapLocale } from '#app/_ui/locale.ts'
import kk from '#locales/kk/common.json' with { type: 'json' }
import ru from '#locales/ru/common.json' with { type: 'json' }
import uz from '#locales/uz/common.json' with { type: 'json' }

describe('words in the browser', () => {
  it('fill their places and leave an unknown one in sight', () => {
    expect(fill('Прошлое показание {{last}}. Верно ли {{ value }}?', { last: '00471', value: '00417' })).toBe('Прошлое показание 00471. Верно ли 00417?')
    expect(fill('{{a}} {{b}}', { a: 1 })).toBe('1 {{b}}')
  })

  it.each([
    [1, 'Ждёт отправки: 1 запись'],
    [2, 'Ждут отправки: 2 записи'],
    [5, 'Ждут отправки: 5 записей'],
    [21, 'Ждёт отправки: 21 запись'],
  ])('count in Russian (%i)', (count, expected) => {
    expect(countWords(ru.outbox, 'waiting', { count, locale: 'ru' })).toBe(expected)
  })

  it('count in Uzbek and Kazakh', () => {
    expect(countWords(uz.outbox, 'waiting', { count: 3, locale: 'uz' })).toBe('Yuborilishi kutilmoqda: 3 ta')
    expect(countWords(kk.outbox, 'waiting', { count: 1, locale: 'kk' })).toBe('Жіберілуін күтуде: 1')
  })
})

describe('the switch of language', () => {
  it.each([
    ['/kk', '/ru'],
    ['/kk/bills/2026-11', '/ru/bills/2026-11'],
    ['/', '/ru'],
    ['/v/ABC', '/ru/v/ABC'],
  ])('keeps the screen (%s)', (path, expected) => {
    expect(swapLocale(path, 'ru')).toBe(expected)
  })
})
