import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { scriptWeight } from '#test/support/page-weight.ts'
import type { Demo } from '#test/support/server.ts'
import { personOf, procedure, signIn, signInStaff } from '#test/support/story-steps.ts'

/** Kilobytes gz of scripts over the empty page of the same Next (speed-and-safety.md 2); open pages ship none at all. */
export const budgets = { reading: 16, form: 40, council: 90, staff: 90, open: 0 }
type Kind = keyof typeof budgets
export type Weighed = { screen: string; kind: Kind; over: number; budget: number }

const forms = ['/sign-in', '/sign-in/code', '/staff-sign-in', '/demo-provider/[provider]', '/pay/[number]', '/meters/[meterId]', '/requests/new', '/profile', '/profile/link-home',
  '/meetings/[meetingId]/vote', '/meetings/[meetingId]/confirm', '/requests/[buildingId]/[requestId]']
// Where only a person in the middle of something comes: each sends whoever comes from outside to the step before.
const steps = ['/sign-in/code', '/pay/receipt/[building]/[payment]', '/meetings/[meetingId]/receipt', '/meetings/[meetingId]/confirm', '/profile-access', '/demo-provider/[provider]', '/[...rest]']

/** Every screen of the source with its kind, so that a new one is weighed without being named here. */
function screens(): { path: string; kind: Kind }[] {
  const folder = join(import.meta.dirname, '../../app/[locale]')
  return globSync('**/page.tsx', { cwd: folder }).map(file => {
    const path = `/${file.replaceAll('\\', '/').replace(/\/?page\.tsx$/, '').replace(/\([a-z]+\)\/?/, '')}`
    const kind: Kind = path.startsWith('/staff') && path !== '/staff-sign-in' ? 'staff' : path.startsWith('/council') ? 'council' : forms.includes(path) ? 'form' : 'reading'
    return { path, kind }
  }).filter(screen => !steps.includes(screen.path)).sort((a, b) => a.path.localeCompare(b.path))
}

/** The address of a screen with ids in it is where a link of the screens before leads. */
async function addressOf(context: BrowserContext, path: string): Promise<string | null> {
  if (!path.includes('[')) return `/ru${path}`
  const pattern = new RegExp(`^/ru${path.replace(/\[\w+\]/g, '[^/?#]+')}$`)
  const page = await context.newPage()
  try {
    for (let parent = path; parent.length > 1;) {
      parent = parent.slice(0, parent.lastIndexOf('/'))
      const from = parent === '' ? '/ru/home' : await addressOf(context, parent)
      if (from === null) continue
      await page.goto(from, { waitUntil: 'load' })
      const links = await page.locator('a[href]').evaluateAll(all => all.map(link => new URL((link as HTMLAnchorElement).href).pathname))
      const found = links.find(link => pattern.test(link) && !screens().some(screen => `/ru${screen.path}` === link))
      if (found) return found
    }
    return null
  } finally {
    await page.close()
  }
}

/** The three people of the weighing, each on a phone or a desk of their own; no worker, so that nothing comes from its store. */
async function openContexts(browser: Browser, url: string, demo: Demo): Promise<Record<Kind, BrowserContext>> {
  const open = async (enter?: (page: Awaited<ReturnType<BrowserContext['newPage']>>) => Promise<void>) => {
    const context = await browser.newContext({ baseURL: url, serviceWorkers: 'block' })
    const page = await context.newPage()
    await enter?.(page)
    await page.close()
    return context
  }
  const resident = await open(page => signIn(page, 'ru', personOf(demo, 'resident', 'KZ').phone ?? ''))
  const chair = await open(page => signIn(page, 'ru', personOf(demo, 'council chair', 'KZ').phone ?? ''))
  const manager = await open(page => signInStaff(page, 'ru', personOf(demo, 'management body', 'KZ')))
  return { reading: resident, form: resident, council: chair, staff: manager, open: await open() }
}

/** Every screen's first-load scripts beside the empty page; a screen that could not be reached is told as such, never left out. */
export async function weighScreens(browser: Browser, site: { url: string; demo: Demo }, emptyUrl: string): Promise<{ weighed: Weighed[]; unreached: string[]; empty: number }> {
  const contexts = await openContexts(browser, site.url, site.demo)
  const resident = contexts.reading
  const empty = await scriptWeight(contexts.open, emptyUrl)
  const weighed: Weighed[] = []
  const unreached: string[] = []
  for (const { path, kind } of screens()) {
    const address = await addressOf(contexts[kind], path)
    if (address === null) unreached.push(path)
    else weighed.push({ screen: path, kind, over: (await scriptWeight(contexts[kind], `${site.url}${address}`) - empty) / 1024, budget: budgets[kind] })
  }
  for (const path of ['/v', '/v/00000-00000', `/h/${await houseOf(resident)}`]) weighed.push({ screen: path, kind: 'open', over: await scriptWeight(contexts.open, `${site.url}${path}`) / 1024, budget: 0 })
  for (const context of new Set(Object.values(contexts))) await context.close()
  return { weighed, unreached, empty: empty / 1024 }
}

async function houseOf(resident: BrowserContext): Promise<string> {
  const page = await resident.newPage()
  const me = await procedure<{ homes: { buildingId: string }[] }>(page, 'identity.me')
  await page.close()
  return me.homes[0]?.buildingId ?? ''
}
