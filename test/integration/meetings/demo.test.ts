import { beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { seedMeetings } from '#prisma/seed/demo/meetings.ts'
import { seedRegistry } from '#prisma/seed/demo/registry.ts'
import { world } from '#prisma/seed/demo/world.ts'
import { seedRules } from '#test/integration/meetings/arrange.ts'
import { asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
  await seedRegistry(world)
  await seedMeetings(world)
})

describe('meetings of the demonstration', () => {
  it('has one over with results and one open in each country, however often it is seeded', async () => {
    const count = () => serviceTransaction('seed', ctx => ctx.db.$queryRaw`select state, count(*)::int as n from meetings group by 1 order by 1`)
    expect(await count()).toEqual([{ state: 'COUNTED', n: 2 }, { state: 'OPEN', n: 2 }])
    await seedMeetings(world)
    expect(await count()).toEqual([{ state: 'COUNTED', n: 2 }, { state: 'OPEN', n: 2 }])
  })

  it('lets flat 25 of each house vote on three questions and read the results of the last meeting', async () => {
    for (const key of ['abay12', 'chilonzor12'] as const) {
      const house = world.house(key)
      const owner = await asOwner(db, house, world.premises(key, '25'))
      const [open, past] = await owner.caller.meetings.listMine()
      expect(open).toMatchObject({ state: 'OPEN', questions: 3, ownSeats: 1, votedSeats: 0 })
      const { agenda } = await owner.caller.meetings.show({ meetingId: open!.meetingId })
      expect(agenda.map(item => item.papers.map(paper => paper.mediaType))).toEqual([['application/pdf'], [], []])
      const view = await owner.caller.meetings.show({ meetingId: past!.meetingId })
      expect(view.results?.map(result => result.outcome).toSorted()).toContain('ADOPTED')
      expect(view.results?.map(result => result.outcome).toSorted()).toContain('NOT_ADOPTED')
    }
  })

  it('is not there for the twin houses', async () => {
    const twin = await asOwner(db, world.house('abay14'), world.premises('abay14', '5'))
    expect(await twin.caller.meetings.listMine()).toEqual([])
  })
})
