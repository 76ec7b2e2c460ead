import { beforeEach, expect, test, vi } from 'vitest'
import { runRound } from '#server/payments/doors/rounds.ts'

const elapsed = vi.hoisted(() => ({ now: 0 }))
vi.mock('#server/infra/clock.ts', async original => ({ ...await original<object>(), stopwatch: () => () => elapsed.now }))
beforeEach(() => {
  elapsed.now = 0
})

type Item = { merchant: string; place: number }
const items = (merchant: string, count: number): Item[] => Array.from({ length: count }, (_, place) => ({ merchant, place }))
const base = { merchantOf: ({ merchant }: Item) => merchant, longest: 60_000, ofOne: 2 }
const soon = () => new Promise(resolve => setTimeout(resolve, 1))

test('a provider that hangs holds two of the four lanes, and the others are asked to the end', async () => {
  const asked: string[] = []
  let free: () => void = () => undefined
  const hanging = new Promise<void>(resolve => {
    free = resolve
  })
  const round = runRound([...items('slow', 10), ...items('quick', 30), ...items('other', 5)], { ...base, ask: async ({ merchant }) => {
    asked.push(merchant)
    await (merchant === 'slow' ? hanging : soon())
    return true
  } })
  await expect.poll(() => asked.filter(each => each !== 'slow')).toHaveLength(35)
  expect(asked.filter(each => each === 'slow')).toHaveLength(2)
  free()
  expect(await round).toEqual({ left: 0, silent: [] })
  expect(asked.filter(each => each === 'slow')).toHaveLength(10)
})

test('never more than four at once, nor more of one than it is given', async () => {
  const running = new Map<string, number>()
  let [most, mostOfOne] = [0, 0]
  await runRound(['a', 'b', 'c', 'd', 'e'].flatMap(merchant => items(merchant, 6)), { ...base, ask: async ({ merchant }) => {
    running.set(merchant, (running.get(merchant) ?? 0) + 1)
    most = Math.max(most, [...running.values()].reduce((sum, each) => sum + each, 0))
    mostOfOne = Math.max(mostOfOne, ...running.values())
    await soon()
    running.set(merchant, (running.get(merchant) ?? 0) - 1)
    return true
  } })
  expect([most, mostOfOne]).toEqual([4, 2])
})

test('after three silences in a row nobody of it is asked, however many run at once; an answer between them begins anew', async () => {
  const asked: Item[] = []
  const round = await runRound([...items('down', 50), ...items('well', 20)], { ...base, ask: async item => {
    asked.push(item)
    await soon()
    if (item.merchant === 'down') throw new Error('silent')
    return item.place % 3 === 2
  } })
  expect(asked.filter(({ merchant }) => merchant === 'down')).toHaveLength(3)
  expect(asked.filter(({ merchant }) => merchant === 'well')).toHaveLength(20)
  expect(round).toEqual({ left: 47, silent: ['down'] })
})

test('when its time is over nothing more is asked; what is left is counted', async () => {
  let asked = 0
  const round = await runRound(items('a', 10), { ...base, ofOne: 1, ask: async () => {
    asked += 1
    elapsed.now += 25_000
    return Promise.resolve(true)
  } })
  expect([asked, round]).toEqual([3, { left: 7, silent: [] }])
})
