import { expect, test } from 'vitest'
import { makeBatcher } from '#server/payments/doors/batch.ts'

const later = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const coded = (code: string) => Object.assign(new Error(code), { code })

test('calls that come together go together, and each gets its own answer', async () => {
  const batches: string[][] = []
  const send = makeBatcher<string>({ most: 64, atOnce: 4, run: calls => {
    batches.push([...calls])
    return Promise.resolve(calls.map(call => `${call}!`))
  } })
  expect(await Promise.all(['a', 'b', 'c'].map(call => send({ call, keys: [call] })))).toEqual(['a!', 'b!', 'c!'])
  expect(batches).toEqual([['a', 'b', 'c']])
})

test('calls of one key are never in one batch, and keep their order', async () => {
  const batches: number[][] = []
  const send = makeBatcher<number>({ most: 64, atOnce: 4, run: calls => {
    batches.push([...calls])
    return Promise.resolve(calls.map(String))
  } })
  await Promise.all([1, 2, 3, 4].map(call => send({ call, keys: [call % 2 ? 'odd' : 'even'] })))
  expect(batches).toEqual([[1, 2], [3, 4]])
})

test('a bad call fails alone', async () => {
  const send = makeBatcher<number>({ most: 64, atOnce: 4, run: calls => (calls.includes(3) ? Promise.reject(coded('P0001')) : Promise.resolve(calls.map(String))) })
  expect((await Promise.allSettled([1, 2, 3, 4].map(call => send({ call, keys: [] })))).map(result => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual(['1', '2', 'failed', '4'])
})

test('who was quicker is looked at again; what is broken is not', async () => {
  let tries = 0
  const send = makeBatcher<string>({ most: 64, atOnce: 4, run: () => (++tries < 3 ? Promise.reject(coded('UY010')) : Promise.resolve(['known'])) })
  expect(await send({ call: 'x', keys: [] })).toBe('known')
  tries = 0
  const broken = makeBatcher<string>({ most: 64, atOnce: 4, run: () => Promise.reject(coded(`4260${(tries += 1)}`)) })
  await expect(broken({ call: 'x', keys: [] })).rejects.toMatchObject({ code: '42601' })
})

test('a batch that hangs does not hold the others', async () => {
  let release = () => undefined as void
  const hanging = new Promise<void>(resolve => (release = resolve))
  const send = makeBatcher<string>({ most: 64, atOnce: 4, run: async calls => {
    if (calls.includes('slow')) await hanging
    return calls
  } })
  const slow = send({ call: 'slow', keys: [] })
  await later(5)
  expect(await send({ call: 'quick', keys: [] })).toBe('quick')
  release()
  expect(await slow).toBe('slow')
})
