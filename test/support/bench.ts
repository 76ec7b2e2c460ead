import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, registerServices } from '#prisma/migrate.ts'
import { findBinaries, initCluster, startCluster } from '#server/start/postgres.ts'
import { prepareRoles } from '#server/start/roles.ts'

export const benchSecret = 'a secret for benches only, longer than thirty-two characters'

export type BenchDatabase = { url: string; ownerUrl: string; superUrl: string; postgresUrl: string; port: number; stop: () => Promise<void> }

const hugePages = '/proc/sys/vm/nr_hugepages'
// 2 GB of buffers and what else a server shares, in pages of 2 MB.
const pagesOfServer = 1150

/**
 * Room for a server's memory in pages of 2 MB, as the README asks of a machine in service: a large stock in pages of 4 kB
 * pays for finding them. Only root may change that, and the kernel may give fewer: what it gave is given back.
 */
function reservePages(wanted: number): () => void {
  const before = setPages(pages => pages + wanted)
  const given = before === null ? 0 : readPages() - before
  return () => { setPages(pages => pages - given) }
}

const readPages = (): number => Number(readFileSync(hugePages, 'utf8'))

/** How many there were before; null where they are not ours to change. */
function setPages(change: (pages: number) => number): number | null {
  try {
    const before = readPages()
    writeFileSync(hugePages, String(change(before)))
    return before
  } catch {
    return null
  }
}

/**
 * A server of its own with PostgreSQL's default durability (settled 26): fsync and synchronous_commit on;
 * only memory is given, the same to both sides of every comparison.
 */
export async function benchDatabase(settings: Record<string, string> = {}): Promise<BenchDatabase> {
  const giveBack = reservePages(pagesOfServer)
  const folder = mkdtempSync(join(tmpdir(), 'uyim-bench-pg-'))
  const binaries = findBinaries()
  const options = { binaries, folder: join(folder, 'data'), password: null, log: join(folder, 'log'),
    settings: { shared_buffers: '2GB', wal_buffers: '64MB', max_wal_size: '16GB', checkpoint_timeout: '30min', max_connections: '200', max_locks_per_transaction: '256', timezone: 'UTC', ...settings } }
  await initCluster(options)
  const cluster = await startCluster(options)
  const at = (role: string, name = 'uyim') => `postgresql://${role}@127.0.0.1:${cluster.port}/${name}`
  await prepareRoles(cluster.superUrl, null)
  await migrate(at('uyim_owner'))
  await registerServices(at('uyim_owner'), benchSecret, true)
  return {
    url: at('uyim_app'), ownerUrl: at('uyim_owner'), superUrl: at('postgres'), postgresUrl: at('postgres', 'postgres'), port: cluster.port,
    stop: async () => {
      await cluster.stop()
      giveBack()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Ratio = { name: string; ours: number[]; limit: number[]; unit: string; target?: string }

/** A B A B: the two sides in turn, so that a noisy neighbour disturbs both alike. Values are per second or milliseconds. */
export async function sideBySide(rounds: number, ours: () => Promise<number>, limit: () => Promise<number>): Promise<{ ours: number[]; limit: number[] }> {
  const result = { ours: [] as number[], limit: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    result.limit.push(await limit())
    result.ours.push(await ours())
  }
  return result
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] ?? 0 : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** One line for each comparison: ratio of medians, with the smallest and the largest of the paired ratios. */
export function describeRatio({ name, ours, limit, unit, target }: Ratio): string {
  const paired = ours.map((value, index) => value / (limit[index] ?? Number.NaN))
  const shown = (value: number) => value >= 100 ? value.toFixed(0) : value.toFixed(2)
  return `${name}: ratio ${(median(ours) / median(limit)).toFixed(2)} (${Math.min(...paired).toFixed(2)}–${Math.max(...paired).toFixed(2)} over ${paired.length} rounds); `
    + `ours ${shown(median(ours))}, limit ${shown(median(limit))} ${unit}${target ? `; target ${target}` : ''}`
}
