import type { Browser } from 'playwright-core'
import { scriptWeight } from '#test/support/page-weight.ts'
import { addressOf, forEachScreen, openPeople, personFor, type Kind } from '#test/support/screens.ts'
import type { Demo } from '#test/support/server.ts'
import { procedure } from '#test/support/story-steps.ts'

/** Kilobytes gz of scripts over the empty page of the same Next (speed-and-safety.md 2); open pages ship none at all. */
const budgets: Record<Kind, number> = { reading: 16, form: 40, council: 90, staff: 90, open: 0 }
export type Weighed = { screen: string; kind: Kind; over: number; budget: number }

/** Every screen's first-load scripts beside the empty page; a screen that could not be reached is told as such, never left out. */
export async function weighScreens(browser: Browser, site: { url: string; demo: Demo }, emptyUrl: string): Promise<{ weighed: Weighed[]; unreached: string[]; empty: number }> {
  const people = await openPeople(browser, site, 'ru')
  const empty = await scriptWeight(people.open, emptyUrl) ?? Number.NaN
  const weighed: Weighed[] = []
  const unreached: string[] = []
  await forEachScreen(async screen => {
    const context = personFor(people, screen)
    const address = await addressOf(context, 'ru', screen.path)
    const bytes = address === null ? null : await scriptWeight(context, `${site.url}${address}`)
    if (bytes === null) unreached.push(screen.path)
    else weighed.push({ screen: screen.path, kind: screen.kind, over: (bytes - empty) / 1024, budget: budgets[screen.kind] })
  })
  const page = await people.reading.newPage()
  const me = await procedure<{ homes: { buildingId: string }[] }>(page, 'identity.me')
  for (const [path, found] of [['/v', true], ['/v/00000-00000', false], [`/h/${me.homes[0]?.buildingId ?? ''}`, true]] as const) {
    const bytes = await scriptWeight(people.open, `${site.url}${path}`, { found })
    if (bytes === null) unreached.push(path)
    else weighed.push({ screen: path, kind: 'open', over: bytes / 1024, budget: budgets.open })
  }
  for (const context of new Set(Object.values(people))) await context.close()
  return { weighed, unreached, empty: empty / 1024 }
}
