// A server of the doors in a process of its own, which kills itself at a named step: node --conditions=react-server … <step>
import { pool } from '#server/infra/db.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'

const [step = ''] = process.argv.slice(2)
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('still alive')
}
let armed = false
process.on('message', message => {
  armed = message === 'arm'
  process.send?.('armed')
})

const db = pool()
const query = db.query.bind(db) as (...given: unknown[]) => Promise<unknown>
Object.assign(db, {
  query: async (...given: unknown[]) => {
    // Click's keys are read before its call: that is no step of it.
    if (String(Object(given[0])['name']) === 'secrets') return query(...given)
    if (armed && step === 'before-statement') die()
    // The statement is on its way when the process dies: it may or may not be committed.
    if (armed && step === 'in-statement') setTimeout(die, 1)
    const result = await query(...given)
    if (armed && step === 'after-commit') die()
    if (armed && step === 'before-answer') setImmediate(die)
    return result
  },
})

const { origin } = await openDoors()
process.send?.(origin)
