import { log } from '#server/infra/log.ts'

/** Ends the program once, by a signal or when the starter is gone; tells the starter that we are ready. */
export function lifeline(stop: () => Promise<void>): { ready: () => void } {
  let ending = false
  const end = (code: number) => {
    if (ending) return
    ending = true
    stop().catch((error: unknown) => log.error({ err: error }, 'stopping failed')).finally(() => process.exit(code))
  }
  process.on('SIGTERM', () => end(0))
  process.on('SIGINT', () => end(0))
  process.on('disconnect', () => end(0))
  process.on('uncaughtException', error => {
    log.fatal({ err: error }, 'uncaught')
    end(1)
  })
  process.on('unhandledRejection', reason => log.error({ err: reason }, 'a promise was refused and nobody listened'))
  return { ready: () => void process.send?.({ ready: true }) }
}
