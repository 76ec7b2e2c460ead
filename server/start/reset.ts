// `npm run db:reset`: forgets everything in the embedded database and its files, then makes them anew.
import { join } from 'node:path'
import { cleanUp } from '#server/start/cleanup.ts'
import { lockDataFolder, prepareDataFolder } from '#server/start/data-folder.ts'
import { forget } from '#server/start/database.ts'
import { stopOrphan } from '#server/start/postgres.ts'
import { prepare, readSettings } from '#server/start/prepare.ts'
import { explain, say } from '#server/start/progress.ts'
import { Refused } from '#server/start/refused.ts'

async function reset(): Promise<void> {
  if (process.env['DATABASE_URL']) throw new Refused('db:reset empties only the embedded database: unset DATABASE_URL.')
  const settings = readSettings('production')
  prepareDataFolder(settings.env.DATA_DIR)
  const release = lockDataFolder(settings.env.DATA_DIR)
  await stopOrphan(join(settings.env.DATA_DIR, 'postgres'))
  forget(settings.env.DATA_DIR)
  release()
  await prepare(settings)
  await cleanUp()
  say('The database is as new.')
}

try {
  await reset()
  process.exit(0)
} catch (error) {
  say(explain(error))
  await cleanUp()
  process.exit(1)
}
