import { ensureBuild } from '#server/start/build-steps.ts'
import { explain, say } from '#server/start/progress.ts'

try {
  await ensureBuild(true)
  say('Built.')
} catch (error) {
  say(explain(error))
  process.exitCode = 1
}
