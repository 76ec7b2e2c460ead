import { cleanUp } from '#server/start/cleanup.ts'
import { explain, say } from '#server/start/progress.ts'

/** The whole life of a command: whatever it opened is closed, also when it is stopped by hand, and its answer is the code of the program. */
export async function runCommand(main: () => Promise<number>): Promise<never> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void cleanUp().finally(() => process.exit(130)))
  let code = 1
  try {
    code = await main()
  } catch (error) {
    say(explain(error))
  }
  await cleanUp()
  process.exit(code)
}
