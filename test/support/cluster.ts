import { existsSync, mkdtempSync, mkdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate, registerServices } from '#prisma/migrate.ts'
import { findBinaries, initCluster, startCluster, sweep } from '#server/start/postgres.ts'
import { prepareRoles } from '#server/start/roles.ts'
import { settings as secrets } from '#test/support/settings.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { port: number; major: number }
  }
}

const prefix = 'uyim-test-pg-'
const template = 'uyim_template'
// Nothing here outlives the run, so nothing needs to reach the disk.
const settings = {
  fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: '0',
  max_wal_size: '4GB', checkpoint_timeout: '1h', shared_buffers: '256MB', max_connections: '300', autovacuum: 'off',
  max_locks_per_transaction: '256', timezone: 'UTC', log_min_messages: 'warning',
}

/** In memory where there is room: creating and dropping a database of thousands of files is most of what a test file costs on a disk. */
function roomyFolder(): string {
  const memory = '/dev/shm'
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize >= 4 * 2 ** 30 ? memory : tmpdir()
}

/** vitest globalSetup: one server and one migrated template for the whole run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parent = roomyFolder()
  await sweep(parent, prefix)
  const version = process.env['UYIM_TEST_PG']
  const binaries = findBinaries(version === '' || version === '18' ? undefined : version)
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`))
  const data = join(folder, 'data')
  mkdirSync(folder, { recursive: true })
  const options = { binaries, folder: data, settings, password: null, log: join(folder, 'log') }
  await initCluster(options)
  const cluster = await startCluster(options)
  const stop = async () => {
    cluster.process.kill('SIGQUIT')
    await new Promise(resolve => (cluster.process.exitCode === null ? cluster.process.once('exit', resolve) : resolve(null)))
    for (const made of [folder, secrets.DATA_DIR]) rmSync(made, { recursive: true, force: true })
  }
  try {
    await prepareRoles(cluster.superUrl, null, template)
    await migrate(`postgresql://uyim_owner@127.0.0.1:${cluster.port}/${template}`)
    await registerServices(`postgresql://uyim_owner@127.0.0.1:${cluster.port}/${template}`, secrets.AUTH_SECRET, true)
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('postgres', { port: cluster.port, major: binaries.major })
  return stop
}
