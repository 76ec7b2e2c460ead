// What a city's flats are like: how many rooms, how large, in how tall houses. Percentiles of areas per number of
// rooms; the same shape as ../shared/data/astana_flat_profile.json, which is read where the folder is there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

type Percentiles = { n: number; p5: number; p25: number; p50: number; p75: number; p95: number }
export type FlatProfile = { area_by_rooms: Record<string, Percentiles>; floors: Record<string, number>; wall_type: Record<string, number>; built_year: Record<string, number> }

/** Round figures of our own, for a clone without the data folder. */
const ours: FlatProfile = {
  area_by_rooms: {
    1: { n: 24, p5: 24, p25: 35, p50: 39, p75: 42, p95: 49 }, 2: { n: 38, p5: 39, p25: 47, p50: 57, p75: 66, p95: 80 },
    3: { n: 30, p5: 61, p25: 75, p50: 88, p75: 100, p95: 127 }, 4: { n: 8, p5: 84, p25: 107, p50: 120, p75: 131, p95: 144 },
  },
  floors: { 5: 10, 9: 40, 12: 25, 14: 6, 16: 7, 17: 5, 18: 5, 20: 2 },
  wall_type: { brick: 40, monolithic: 50, panel: 10 },
  built_year: { 1972: 10, 1985: 10, 2005: 10, 2012: 20, 2019: 25, 2024: 25 },
}

export const profileFile = join(import.meta.dirname, '../../../../shared/data/astana_flat_profile.json')

export function readProfile(): FlatProfile {
  if (!existsSync(profileFile)) return ours
  return JSON.parse(readFileSync(profileFile, 'utf8')) as FlatProfile
}

/** A source of chance that gives the same numbers for the same seed (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** One of the keys, as often as its weight says. */
export function drawer(weights: Record<string, number>): (chance: number) => string {
  const entries = Object.entries(weights).filter(([key]) => key !== '-1' && key !== 'unknown')
  const total = entries.reduce((all, [, weight]) => all + weight, 0)
  return chance => {
    let left = chance * total
    for (const [key, weight] of entries) {
      left -= weight
      if (left < 0) return key
    }
    return entries.at(-1)?.[0] ?? ''
  }
}

/** An area between the percentiles, to a tenth of a square metre. */
export function areaAt(percentiles: Percentiles, chance: number): string {
  const points: [number, number][] = [[0, percentiles.p5 * 0.9], [0.05, percentiles.p5], [0.25, percentiles.p25], [0.5, percentiles.p50], [0.75, percentiles.p75], [0.95, percentiles.p95], [1, percentiles.p95 * 1.1]]
  const above = points.findIndex(([at]) => at > chance)
  const [from, low] = points[Math.max(0, above - 1)] ?? [0, 30]
  const [to, high] = points[above] ?? [1, 60]
  return (low + ((high - low) * (chance - from)) / (to - from || 1)).toFixed(1)
}
