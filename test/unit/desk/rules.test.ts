import { describe, expect, it } from 'vitest'
import { likelyPlace, searchWords } from '#server/desk/rules.ts'

describe('what is typed at the desk', () => {
  it.each([
    ['+7 (701) 234-56-78', '7012345678'], ['8 701 234 56 78', '7012345678'], ['77012345678', '7012345678'], ['+998 90 123 45 67', '901234567'], ['998901234567', '901234567'],
    ['90–123–45–67', '901234567'], ['500 000 0123', '5000000123'], ['700-000-0123', '7000000123'], ['2345678', '2345678'],
  ])('«%s» is one number', (text, word) => {
    expect(searchWords(text)).toEqual([{ word, exact: false }])
  })

  it.each([
    ['Абай 12 45', ['abai', '12!', '45!']], ['Абай к-сі, д. 12, кв. 45', ['abai', 'k', 'si', '12!', '45!']], ['chilonzor 7-12 45', ['chilonzor', '7!', '12!', '45!']],
    ['домбаев', ['dombaev']], ['дом', ['dom']], ['Омарова 87012345678', ['omarova', '7012345678']], ['45а', ['45a!']], ['', []], [' № ', []], ['a b c d e f g h', ['a', 'b', 'c', 'd', 'e', 'f']],
  ])('«%s» is words', (text, words) => {
    expect(searchWords(text).map(({ word, exact }) => word + (exact ? '!' : ''))).toEqual(words)
  })

  it.each([['Абай 12 45', '45', ['12']], ['chilonzor 7-12 45', '45', ['7', '12']], ['Абай 1 1', '1', ['1']], ['45', '45', []], ['Омарова', null, []]])('«%s» is flat %s of house %s', (text, flat, house) => {
    expect(likelyPlace(searchWords(text))).toEqual({ flat, house })
  })
})
