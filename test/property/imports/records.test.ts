import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordsOf, type Lines } from '#server/imports/files/records.ts'

const delimiter = ';'
/** Lines of a text as the file gives them. */
function linesOf(text: string): Lines {
  let ready = text.split('\n')
  if (ready.at(-1) === '') ready.pop()
  return {
    take: () => Promise.resolve(ready.shift() ?? null),
    giveBack: lines => {
      ready = [...lines, ...ready]
    },
  }
}
async function read(text: string): Promise<{ row: number; cells: readonly unknown[]; broken?: string }[]> {
  const rows = []
  for await (const row of recordsOf(linesOf(text), { delimiter, separator: '\n' })) rows.push(row)
  return rows
}

const cell = fc.string({ unit: fc.constantFrom('a', 'Я', '7', ' ', ',', '"', '.'), maxLength: 6 })
const wild = fc.string({ unit: fc.constantFrom('a', '7', ';', '"', '\n', ' '), maxLength: 6 })
const written = (text: string, always: boolean) => (always || /[";\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const table = (of: fc.Arbitrary<string>) => fc.integer({ min: 2, max: 5 }).chain(width => fc.array(fc.array(fc.tuple(of, fc.boolean()), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }))
const textOf = (rows: (readonly [string, boolean])[][], end: string) => rows.map(row => row.map(([value, always]) => written(value, always)).join(delimiter)).join(end) + end

test('whatever is written well is read as any reader of CSV reads it, with either end of line', async () => {
  await fc.assert(fc.asyncProperty(table(cell), fc.constantFrom('\n', '\r\n'), async (rows, end) => {
    const text = textOf(rows, end)
    expect((await read(text)).map(each => each.cells)).toEqual(parse(text, { delimiter, relax_column_count: true }))
  }), { numRuns: 500 })
})

test('cells over several lines too, unless one might be two rows run together', async () => {
  await fc.assert(fc.asyncProperty(table(wild), async rows => {
    fc.pre(!rows.flat().some(([value]) => value.includes('\n') && value.includes(';')))
    expect((await read(textOf(rows, '\n'))).map(each => each.cells)).toEqual(rows.map(row => row.map(([value]) => value)))
  }), { numRuns: 500 })
})

test('one row with broken quotes among good ones: it alone is told, at its place, and every other is as it was', async () => {
  const good = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{0,5}$/), fc.stringMatching(/^[0-9]{1,5}$/), fc.stringMatching(/^[a-z]{0,5}$/)), { minLength: 2, maxLength: 12 })
  const broken = fc.constantFrom('x;"7;y', 'x;7;"y', '"x;7;y', 'x;"7"7;y', 'x;ТОО "А";y', 'x";7;y', 'x;"7" ;y', '"x"";7;y')
  await fc.assert(fc.asyncProperty(good, broken, fc.nat(), async (rows, bad, at) => {
    const place = 1 + at % rows.length
    const lines = rows.map(row => row.join(delimiter))
    const found = await read([...lines.slice(0, place), bad, ...lines.slice(place)].join('\n'))
    expect(found.filter(each => each.broken !== undefined)).toEqual([{ row: place + 1, cells: [], broken: bad }])
    expect(found.filter(each => each.broken === undefined).map(each => each.cells)).toEqual(rows)
    expect(found.map(each => each.row)).toEqual(found.map((_, index) => index + 1))
  }), { numRuns: 500 })
})

test('two rows whose stray quotes would close each other are not made one: both are told', async () => {
  expect(await read('no;payer;sum\n1;"Ivanov;100\n2;Petrov";200\n3;Kim;300')).toEqual([
    { row: 1, cells: ['no', 'payer', 'sum'] }, { row: 2, cells: [], broken: '1;"Ivanov;100' }, { row: 3, cells: [], broken: '2;Petrov";200' }, { row: 4, cells: ['3', 'Kim', '300'] }])
})

test('what follows a broken row is taken only when it stands whole and fits', async () => {
  expect((await read('a;b;c\n1;"x\ny"z;3\n4;5\n6;7;8\n')).map(({ row, broken }) => [row, broken ?? null])).toEqual([[1, null], [2, '1;"x'], [3, 'y"z;3'], [4, '4;5'], [5, null]])
})
