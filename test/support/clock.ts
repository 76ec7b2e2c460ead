import { testDatabase } from '#test/support/database.ts'

/** Sets the clock of the database (and so ctx.now) to an instant, from which it goes on ticking. */
export async function setNow(instant: string | Date): Promise<void> {
  const database = await testDatabase()
  await database.shiftClock(new Date(instant).getTime() - Date.now())
}

export async function resetClock(): Promise<void> {
  await (await testDatabase()).shiftClock(0)
}
