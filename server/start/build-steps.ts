import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runProgram } from '#server/start/program.ts'
import { fingerprint, root } from '#server/start/sources.ts'
import { step } from '#server/start/progress.ts'

const distFolder = join(root, process.env['NEXT_DIST_DIR'] ?? '.next')

/** The Prisma client, when the models changed. */
export async function ensureClient(): Promise<void> {
  const stamp = join(root, 'prisma/client/.fingerprint')
  const wanted = fingerprint(['prisma/schema.prisma', 'prisma/models', 'prisma.config.ts', 'node_modules/prisma/package.json'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  await step('Generating the database client', () => runProgram({
    args: ['node_modules/prisma/build/index.js', 'generate'],
    // It asks for a schema engine that it does not use, and would download one: any file will do.
    env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  }))
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** The production build, when it is absent or older than its sources. */
export async function ensureBuild(force = false): Promise<void> {
  await ensureClient()
  const stamp = join(distFolder, 'fingerprint')
  const wanted = fingerprint(['app', 'server', 'locales', 'public', 'prisma/models', 'next.config.mjs', 'postcss.config.mjs', 'tsconfig.json', 'instrumentation.ts', 'package-lock.json'])
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  await step('Building the screens for production', tell => runProgram({
    args: ['node_modules/next/dist/bin/next', 'build'],
    // Modules read their settings while pages are collected; nothing of these stays in the build.
    env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', DEMO: '0', DATABASE_URL: 'postgresql://build.invalid/none', AUTH_SECRET: 'only for building, never used for anything' },
    onLine: line => tell(line.slice(0, 80)),
  }))
  // After the build, because it lists what the build made.
  if (existsSync(join(root, 'app/_sw/build.mjs'))) {
    await step('Building the service worker', () => runProgram({ args: ['app/_sw/build.mjs'], env: { NODE_ENV: 'production' } }))
  }
  writeFileSync(stamp, wanted)
}
