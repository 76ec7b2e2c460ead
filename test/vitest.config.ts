import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { settings } from './support/settings.ts'

// Five hours and three quarters from UTC: a forgotten zone fails loudly.
process.env['TZ'] = 'Asia/Kathmandu'

const conditions = ['react-server', 'node', 'module-sync']
type Kind = { name: string; setup?: string[]; global?: string[]; timeout?: number; workers?: number; pure?: boolean }

function kind({ name, setup = [], global = [], timeout = 60_000, workers, pure = false }: Kind): TestProjectInlineConfiguration {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      name,
      include: [`test/${name === 'browser' ? 'e2e' : name}/**/*.{test,spec}.{ts,tsx}`],
      env: settings,
      setupFiles: [...setup, 'test/support/setup.ts'],
      globalSetup: global,
      testTimeout: timeout,
      hookTimeout: timeout * 2,
      // Limits are for what hangs, never for what is slow: what is waited for comes when it can, and a busy machine is no fault of the rule.
      expect: { poll: { timeout: Math.min(timeout / 2, 60_000) } },
      // Pure tests share a process; what has a database gets one of its own.
      ...(pure ? { pool: 'threads' as const, isolate: false } : { pool: 'forks' as const }),
      ...(workers === undefined ? {} : { maxWorkers: workers, minWorkers: workers, sequence: { groupOrder: workers } }),
      // Plain Node resolves packages too: server-only must see the same condition there.
      execArgv: ['--conditions=react-server'],
    },
  }
}

const database = { setup: ['test/support/setup-database.ts'], global: ['test/support/cluster.ts'], timeout: 120_000, workers: availableParallelism() }

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    projects: [
      kind({ name: 'unit', pure: true }),
      kind({ name: 'property', timeout: 120_000, pure: true }),
      kind({ name: 'architecture', timeout: 120_000 }),
      kind({ name: 'integration', ...database }),
      kind({ name: 'contract', ...database }),
      kind({ name: 'browser', global: ['test/support/server.ts'], timeout: 900_000, workers: 1 }),
    ],
  },
})
