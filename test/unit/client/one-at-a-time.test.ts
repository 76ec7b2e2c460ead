import { expect, it } from 'vitest'
import { oneAtATime } from '#app/_client/one-at-a-time.ts'

it('a second press while the first is under way sends nothing; after it, or after a failure, the next one works', async () => {
  let sent = 0
  let arrive = () => undefined as void
  const press = oneAtATime(() => new Promise<void>(resolve => {
    sent += 1
    arrive = resolve
  }))
  press()
  press()
  expect(sent).toBe(1)
  arrive()
  await new Promise(resolve => setTimeout(resolve))
  press()
  expect(sent).toBe(2)
})
