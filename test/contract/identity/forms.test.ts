import { beforeAll, describe, expect, it } from 'vitest'
import { generate } from 'otplib'
import { decode } from 'next-auth/jwt'
import { world } from '#prisma/seed/demo/world.ts'
import { seedIdentity } from '#prisma/seed/demo/identity.ts'
import { seedRegistry } from '#prisma/seed/demo/registry.ts'
import { createCaller } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { demoDeviceToken } from '#server/identity/demo/device.ts'
import { doors } from '#server/identity/http.ts'
import { readFormNote } from '#server/identity/rules.ts'
import { testDatabase } from '#test/support/database.ts'

beforeAll(async () => {
  await testDatabase()
  await seedRegistry(world)
  await seedIdentity(world)
})

/** A browser without any script: cookies, forms, redirects. */
function browser() {
  const jar = new Map<string, string>()
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const take = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/Max-Age=0/.test(line)) jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return { status: response.status, place: response.headers.get('location') ?? '', lines: response.headers.getSetCookie() }
  }
  const headers = (origin: string) => ({ cookie: cookies(), origin, host: 'localhost:3000', 'sec-fetch-site': origin === 'http://localhost:3000' ? 'same-origin' : 'cross-site', 'content-type': 'application/x-www-form-urlencoded' })
  const at = (params: Record<string, string>) => ({ params, address: '10.9.9.9', requestId: 'test', busy: false })
  return {
    jar,
    post: async (step: string, fields: Record<string, string>, origin = 'http://localhost:3000') =>
      take(await doors[0]!.handle(new Request(`http://localhost:3000/api/auth/form/${step}`, { method: 'POST', headers: headers(origin), body: new URLSearchParams(fields).toString() }), at({ step }))),
    open: async (token: string) => take(await doors[1]!.handle(new Request(`http://localhost:3000/api/auth/demo-device/${token}?locale=kk`, { headers: { cookie: cookies() } }), at({ token }))),
    caller: async () => createCaller({ request: await scopeOfRequest(new Request('http://localhost:3000/', { headers: { cookie: cookies() } })) }),
    note: (place: string) => readFormNote(decodeURIComponent(jar.get('uyim-form') ?? ''), new URL(place, 'http://x').searchParams.get('n') ?? undefined),
  }
}

async function signedIn(phone: string) {
  const person = browser()
  await person.post('phone', { locale: 'kk', phone })
  const state = await (await person.caller()).identity.signInState()
  const answer = await person.post('code', { locale: 'kk', code: state.step === 'code' ? state.demoCode ?? '' : '' })
  return { person, answer }
}

describe('sign-in by plain forms', () => {
  it('two steps lead home; the envelope carries the session’s id alone and no script can read it', async () => {
    const { person, answer } = await signedIn('8 701 000 00 25')
    expect(answer).toMatchObject({ status: 303, place: '/kk/home' })
    const envelope = await decode({ token: person.jar.get('uyim') ?? '', secret: process.env['AUTH_SECRET'] ?? '' })
    expect(Object.keys(envelope ?? {}).sort()).toEqual(['exp', 'iat', 'jti', 'sid'])
    expect(answer.lines.find(line => line.startsWith('uyim='))).toMatch(/HttpOnly; SameSite=Lax/)
    expect((await (await person.caller()).identity.me())?.homes[0]?.number).toBe('25')
  })

  it('a wrong number comes back with its sentence and with what was typed, and with nothing of it in the address', async () => {
    const person = browser()
    const answer = await person.post('phone', { locale: 'uz', phone: '12 34' })
    expect(answer.place).toMatch(/^\/uz\/sign-in\?n=[\w-]+$/)
    expect(person.note(answer.place)).toMatchObject({ code: 'identity.phoneShape', typed: { phone: '12 34' } })
    expect(person.note('/uz/sign-in?n=other')).toBeNull()
  })

  it('a wrong code stays on the second screen, a dead one leads to the first', async () => {
    const person = browser()
    await person.post('phone', { locale: 'ru', phone: '+77055550001', next: '/ru/meters' })
    const state = await (await person.caller()).identity.signInState()
    const wrong = String((Number(state.step === 'code' ? state.demoCode : 0) + 1) % 1_000_000).padStart(6, '0')
    const places = []
    for (let turn = 0; turn < 5; turn += 1) places.push((await person.post('code', { locale: 'ru', code: wrong, next: '/ru/meters' })).place)
    expect(places.slice(0, 4).every(place => /^\/ru\/sign-in\/code\?n=[\w-]+&next=%2Fru%2Fmeters$/.test(place))).toBe(true)
    expect(places[4]).toMatch(/^\/ru\/sign-in\?n=/)
  })

  it('goes where the person wanted, only inside our pages; a new person is asked for their flat', async () => {
    const person = browser()
    await person.post('phone', { locale: 'ru', phone: '+77055550002' })
    const state = await (await person.caller()).identity.signInState()
    const answer = await person.post('code', { locale: 'ru', code: state.step === 'code' ? state.demoCode ?? '' : '', next: '//evil.example' })
    expect(answer.place).toBe('/ru/profile/link-home')
  })

  it('refuses a form of another site', async () => {
    expect((await browser().post('phone', { locale: 'ru', phone: '+77055550003' }, 'https://evil.example')).status).toBe(403)
    expect((await browser().post('no-such-step', { locale: 'ru' })).status).toBe(404)
  })

  it('signing out ends the session and takes the cookies', async () => {
    const { person } = await signedIn('+7 701 000 00 14')
    const envelope = person.jar.get('uyim') ?? ''
    expect((await person.post('sign-out', { locale: 'kk' })).place).toBe('/kk/sign-in')
    expect((await person.post('sign-out', { locale: 'kk', staff: 'yes' })).place).toBe('/kk/staff-sign-in')
    expect(person.jar.has('uyim')).toBe(false)
    person.jar.set('uyim', envelope)
    expect(await (await person.caller()).identity.me()).toBeNull()
    expect((await person.post('sign-out', { locale: 'kk' })).place).toBe('/kk/sign-in')
  })
})

describe('staff, roles and the demonstration', () => {
  it('staff come in by password and one-time key, and choose as what they act', async () => {
    const facts = world.person('UZ', 'CLERK')
    const person = browser()
    const refused = await person.post('staff', { locale: 'uz', login: facts.login ?? '', password: 'wrong', oneTimeKey: '000000' })
    expect(person.note(refused.place)).toMatchObject({ code: 'identity.staffWrong', typed: { login: facts.login } })
    expect(JSON.stringify(person.note(refused.place))).not.toContain('wrong"')
    const answer = await person.post('staff', { locale: 'uz', login: facts.login ?? '', password: facts.password ?? '', oneTimeKey: await generate({ secret: facts.totpSecret ?? '' }) })
    expect(answer.place).toBe('/uz/staff')
    const me = await (await person.caller()).identity.me()
    expect(me?.kind).toBe('STAFF')
    await person.post('acting', { locale: 'uz', grant: me?.roles[0]?.grantId ?? '', next: '/uz/staff' })
    expect((await (await person.caller()).identity.me())?.actingGrantId).toBe(me?.roles[0]?.grantId)
    await person.post('acting', { locale: 'uz', grant: '' })
    expect((await (await person.caller()).identity.me())?.actingGrantId).toBeNull()
  })

  it('the older device opens by its link and confirms the new one; the form of the notice does both in one', async () => {
    const facts = world.person('UZ', 'OWNER')
    const { person } = await signedIn(facts.phone)
    const older = browser()
    expect((await older.open(demoDeviceToken(facts.personId))).place).toBe('/kk/profile')
    expect((await (await older.caller()).identity.me())?.pendingDevices).toHaveLength(1)
    expect((await browser().open(`${facts.personId}.made-up`)).place).toBe('/kk/sign-in')
    expect((await (await person.caller()).identity.me())?.demoDevice).not.toBeNull()
    expect((await person.post('demo-confirm', { locale: 'kk', next: '/kk/profile' })).place).toBe('/kk/profile')
    expect(await (await person.caller()).identity.me()).toMatchObject({ fresh: false, demoDevice: null })
    expect((await (await older.caller()).identity.me())?.pendingDevices).toEqual([])
  })
})
