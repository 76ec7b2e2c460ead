import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { scriptWeight } from '#test/support/page-weight.ts'
import type { Demo } from '#test/support/server.ts'
import { personOf, procedure, signIn, signInStaff } from '#test/support/story-steps.ts'

/** Kilobytes gz of scripts over the empty page of the same Next (speed-and-safety.md 2); open pages ship none at all. */
const budgets = { reading: 16, form: 40, council: 90, staff: 90, open: 0 }
type Kind = keyof typeof budgets
// Shown only to who has not signed in.
const before = ['/', '/sign-in', '/staff-sign-in']
export type Weighed = { screen: string; kind: Kind; over: number; budget: number }

const forms = ['/sign-in', '/sign-in/code', '/staff-sign-in', '/demo-provider/[provider]', '/pay/[number]', '/meters/[meterId]', '/requests/new', '/profile', '/profile/link-home',
  '/meetings/[meetingId]/vote', '/meetings/[meetingId]/confirm', '/requests/[buildingId]/[requestId]']
// Where only a person in the middle of something comes: each sends whoever comes from outside to the step before.
const steps = ['/sign-in/code', '/pay/receipt/[building]/[payment]', '/meetings/[meetingId]/receipt', '/meetings/[meetingId]/confirm', '/profile-access', '/demo-provider/[provider]', '/staff/imports/[batchId]', '/[...rest]']

/** Every screen of the source with its kind, so that a new one is weighed without being named here. */
function screens(): { path: string; kind: Kind }[] {
  const folder = join(import.meta.dirname, '../../app/[locale]')
  return globSync('**/page.tsx', { cwd: folder }).map(file => {
    const path = `/${file.replaceAll('\\', '/').replace(/\/?page\.tsx$/, '').replace(/\([a-z]+\)\/?/, '')}`
    const kind: Kind = path.startsWith('/staff') && path !== '/staff-sign-in' ? 'staff' : path.startsWith('/council') ? 'council' : forms.includes(path) ? 'form' : 'reading'
    return { path, kind }
  }).filter(screen => !steps.includes(screen.path)).sort((a, b) => a.path.localeCompare(b.path))
}

const plainOf = (path: string) => path.includes('[') ? null : `/ru${path === '/' ? '' : path}`

/** Where the links of the screens before lead to this one: for screens with ids in their address or their question. */
async function linksTo(context: BrowserContext, path: string): Promise<string[]> {
  const pattern = new RegExp(`^/ru${path.replace(/\[\w+\]/g, '[^/?#]+')}$`)
  const others = screens().map(screen => `/ru${screen.path}`).filter(address => address !== `/ru${path}`)
  let above = path
  do above = above.slice(0, above.lastIndexOf('/'))
  while (above !== '' && !others.includes(`/ru${above}`))
  const before = above === '' ? [] : plainOf(above) ?? await linksTo(context, above)
  for (const from of [before, '/ru/home'].flat().slice(0, 6)) {
    const page = await context.newPage()
    await page.goto(from, { waitUntil: 'load' })
    const links = await page.locator('a[href]').evaluateAll(all => all.map(link => (link as HTMLAnchorElement).href.slice(location.origin.length)))
    await page.close()
    const found = [...new Set(links)].filter(link => pattern.test(link.replace(/[?#].*/, '')) && !others.includes(link.replace(/[?#].*/, '')))
    if (found.length > 0) return found
  }
  return []
}

async function weightOf(context: BrowserContext, url: string, path: string): Promise<number | null> {
  const plain = plainOf(path)
  const bytes = plain === null ? null : await scriptWeight(context, `${url}${plain}`)
  const [link] = bytes === null ? await linksTo(context, path) : []
  return link === undefined ? bytes : scriptWeight(context, `${url}${link}`)
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
  // On the older of the resident's devices, which may vote at once.
  const resident = await open(async page => {
    await signIn(page, 'ru', personOf(demo, 'resident', 'KZ').phone ?? '')
    await page.goto(`/api/auth/demo-device/${(await procedure<{ demoDevice: string }>(page, 'identity.me')).demoDevice}`)
  })
  const chair = await open(page => signIn(page, 'ru', personOf(demo, 'council chair', 'KZ').phone ?? ''))
  const manager = await open(page => signInStaff(page, 'ru', personOf(demo, 'management body', 'KZ')))
  return { reading: resident, form: resident, council: chair, staff: manager, open: await open() }
}

/** Every screen's first-load scripts beside the empty page; a screen that could not be reached is told as such, never left out. */
export async function weighScreens(browser: Browser, site: { url: string; demo: Demo }, emptyUrl: string): Promise<{ weighed: Weighed[]; unreached: string[]; empty: number }> {
  const contexts = await openContexts(browser, site.url, site.demo)
  const resident = contexts.reading
  const empty = await scriptWeight(contexts.open, emptyUrl) ?? Number.NaN
  const weighed: Weighed[] = []
  const unreached: string[] = []
  for (const { path, kind } of screens()) {
    const bytes = await weightOf(before.includes(path) ? contexts.open : contexts[kind], site.url, path)
    if (bytes === null) unreached.push(path)
    else weighed.push({ screen: path, kind, over: (bytes - empty) / 1024, budget: budgets[kind] })
  }
  for (const path of ['/v', '/v/00000-00000', `/h/${await houseOf(resident)}`]) weighed.push({ screen: path, kind: 'open', over: (await scriptWeight(contexts.open, `${site.url}${path}`) ?? Number.NaN) / 1024, budget: 0 })
  for (const context of new Set(Object.values(contexts))) await context.close()
  return { weighed, unreached, empty: empty / 1024 }
}

async function houseOf(resident: BrowserContext): Promise<string> {
  const page = await resident.newPage()
  const me = await procedure<{ homes: { buildingId: string }[] }>(page, 'identity.me')
  await page.close()
  return me.homes[0]?.buildingId ?? ''
}
