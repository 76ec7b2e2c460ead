import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import type { Demo } from '#test/support/server.ts'
import { personOf, procedure, signIn, signInStaff, type Locale } from '#test/support/story-steps.ts'

export type Kind = 'reading' | 'form' | 'council' | 'staff' | 'open'
export type Screen = { path: string; kind: Kind }
export type People = Record<Kind, BrowserContext>

const forms = ['/sign-in', '/sign-in/code', '/staff-sign-in', '/demo-provider/[provider]', '/pay/[number]', '/meters/[meterId]', '/requests/new', '/profile', '/profile/link-home',
  '/meetings/[meetingId]/vote', '/meetings/[meetingId]/confirm', '/requests/[buildingId]/[requestId]']
// Where only a person in the middle of something comes: each sends whoever comes from outside to the step before.
const steps = ['/sign-in/code', '/pay/receipt/[building]/[payment]', '/meetings/[meetingId]/receipt', '/meetings/[meetingId]/confirm', '/profile-access', '/demo-provider/[provider]',
  '/staff/imports/[batchId]', '/staff-sign-in/recovery', '/[...rest]']
// Shown only to who has not signed in.
const before = ['/', '/sign-in', '/staff-sign-in']

/** Every screen of the source with its kind, so that a new one is tried without being named here. */
export function screens(): Screen[] {
  const folder = join(import.meta.dirname, '../../app/[locale]')
  return globSync('**/page.tsx', { cwd: folder }).map(file => {
    const path = `/${file.replaceAll('\\', '/').replace(/\/?page\.tsx$/, '').replace(/\([a-z]+\)\/?/, '')}`
    const kind: Kind = path.startsWith('/staff/') || path === '/staff' ? 'staff' : path.startsWith('/council') ? 'council' : forms.includes(path) ? 'form' : 'reading'
    return { path, kind }
  }).filter(screen => !steps.includes(screen.path)).sort((a, b) => a.path.localeCompare(b.path))
}

/** Two at a time: while one page is judged, the next one comes. */
export async function forEachScreen(look: (screen: Screen) => Promise<void>): Promise<void> {
  const left = screens()
  const work = async () => {
    for (let screen = left.shift(); screen; screen = left.shift()) await look(screen)
  }
  await Promise.all([work(), work()])
}

type Site = { url: string; demo: Demo }

/** The people who try the screens, each on a phone or a desk of their own; no worker, so that nothing comes from its store. */
export async function openPeople(browser: Browser, { url, demo }: Site, locale: Locale): Promise<People> {
  const country = locale === 'uz' ? 'UZ' : 'KZ'
  const open = async (width: number, enter?: (page: Awaited<ReturnType<BrowserContext['newPage']>>) => Promise<void>) => {
    const context = await browser.newContext({ baseURL: url, serviceWorkers: 'block', viewport: { width, height: 740 }, isMobile: width < 600, hasTouch: width < 600 })
    context.setDefaultTimeout(60_000)
    const page = await context.newPage()
    await enter?.(page)
    await page.close()
    return context
  }
  // On the older of their devices, which may vote at once.
  const onPhone = (role: string) => open(360, async page => {
    await signIn(page, locale, personOf(demo, role, country).phone ?? '')
    await page.goto(`/api/auth/demo-device/${(await procedure<{ demoDevice: string }>(page, 'identity.me')).demoDevice}`)
  })
  const [resident, council] = [await onPhone('resident'), await onPhone('council chair')]
  const staff = await open(1280, page => signInStaff(page, locale, personOf(demo, 'management body', country)))
  return { reading: resident, form: resident, council, staff, open: await open(360) }
}

/** Who has voted is not asked again: the resident votes in the story, the chair does not. */
export const personFor = (people: People, { path, kind }: Screen): BrowserContext => before.includes(path) ? people.open : path.endsWith('/vote') ? people.council : people[kind]

/** Its own address, or, with ids in it or in its question, where a link of the screens before leads; null when nobody comes there. */
export async function addressOf(context: BrowserContext, locale: Locale, path: string): Promise<string | null> {
  const plain = path.includes('[') ? null : `/${locale}${path === '/' ? '' : path}`
  if (plain !== null && await pageAt(context, plain) !== null) return plain
  const pattern = new RegExp(`^/${locale}${path.replace(/\[\w+\]/g, '[^/?#]+')}$`)
  // A screen with a name of its own stands before one that takes any name.
  const others = screens().filter(screen => screen.path !== path && !screen.path.endsWith(']')).map(screen => new RegExp(`^/${locale}${screen.path.replace(/\[\w+\]/g, '[^/?#]+')}$`))
  for (const from of await addressesBefore(context, locale, path)) {
    const links = [...(await pageAt(context, from) ?? '').matchAll(/href="(\/[^"]+)"/g)].map(found => (found[1] ?? '').replaceAll('&amp;', '&'))
    for (const link of new Set(links)) {
      const bare = link.replace(/[?#].*/, '')
      if (pattern.test(bare) && (!path.endsWith(']') || !others.some(other => other.test(bare))) && await pageAt(context, link) !== null) return link
    }
  }
  return null
}

/** Screens from which one may come: the nearest above in the address, all that lead from there, and the first one. */
async function addressesBefore(context: BrowserContext, locale: Locale, path: string): Promise<string[]> {
  const known = screens().map(screen => screen.path)
  let above = path
  do above = above.slice(0, above.lastIndexOf('/'))
  while (above !== '' && !known.includes(above))
  const found: string[] = []
  if (above !== '') {
    const parent = await addressOf(context, locale, above)
    if (parent !== null) found.push(parent)
    // A list leads to several of its kind, and only some of them lead further.
    const pattern = new RegExp(`^/${locale}${above.replace(/\[\w+\]/g, '[^/?#]+')}$`)
    const list = above.includes('[') ? `/${locale}${above.slice(0, above.indexOf('/['))}` : null
    if (list !== null) found.push(...[...(await pageAt(context, list) ?? '').matchAll(/href="(\/[^"?#]+)"/g)].map(link => link[1] ?? '').filter(link => pattern.test(link)))
  }
  return [...new Set([...found, `/${locale}/home`])].slice(0, 8)
}

async function pageAt(context: BrowserContext, address: string): Promise<string | null> {
  const answer = await context.request.get(address)
  const there = new URL(answer.url()).pathname === address.replace(/[?#].*/, '')
  return answer.ok() && there ? answer.text() : null
}
