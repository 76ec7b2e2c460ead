import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Locale } from '#server/kernel/format.ts'
import { smsNormalise, smsParts, smsSize } from '#server/kernel/text.ts'
import { heardEvents, letterOf } from '#server/notifications/letters/rules.ts'
import { codeMessage } from '#server/identity/codes/text.ts'
import { decide, messageMachine, notBefore, type Problem } from '#server/notifications/outbox/rules.ts'
import { sayParams } from '#server/notifications/rules.ts'

type Words = { sms: Record<string, string>; letters: Record<string, { title: string; body: string }> }
const locales = ['uz', 'kk', 'ru'] as const
const words = Object.fromEntries(locales.map(locale => [locale, JSON.parse(readFileSync(`locales/${locale}/notifications.json`, 'utf8')) as Words])) as Record<Locale, Words>
const fill = (text: string, params: Record<string, string>) => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => params[name] ?? '')

describe('how many parts a text costs (M01)', () => {
  it.each([['a'.repeat(160), 1], ['a'.repeat(161), 2], ['ж'.repeat(70), 1], ['ж'.repeat(71), 2], ['ж'.repeat(135), 3], ['{'.repeat(80), 1], ['{'.repeat(81), 2]])('%s', (text, parts) => {
    expect(smsParts(text)).toBe(parts)
  })

  it('normalising twice is normalising once', () => {
    for (const text of ['Toʻlov «Uyim» – 18 420 soʻm…', 'Төлем №5 — 100 ₸']) expect(smsNormalise(smsNormalise(text))).toBe(smsNormalise(text))
  })

  it.each(locales)('the sign-in text with its filling line is one part in %s (settled 16, I13)', locale => {
    const text = codeMessage(fill(words[locale].sms['signIn'] ?? '', { code: '482913' }), { host: 'uyim.example', code: '482913' })
    expect(text.split('\n').at(-1)).toBe('@uyim.example #482913')
    expect(smsSize(text)).toMatchObject({ parts: 1 })
  })

  it.each(locales)('the vote text with three answers is one part in %s', locale => {
    const answers = { uz: '1-ha 2-yoʻq 3-betaraf', kk: '1-иә 2-жоқ 3-қалыс', ru: '1-за 2-прот. 3-возд.' }[locale]
    const house = { uz: 'Chilonzor 7-12', kk: 'Абай 12', ru: 'Абая 12' }[locale]
    expect(smsParts(codeMessage(fill(words[locale].sms['vote'] ?? '', { house, unit: '45', answers, code: '482913' }), { host: 'uyim.kz', code: '482913' }))).toBe(1)
  })

  it('leaves the filling line out rather than pay for a second part', () => {
    expect(codeMessage('ж'.repeat(60), { host: 'a-long-name.of-a-house.example', code: '123456' })).toBe('ж'.repeat(60))
  })
})

describe('quiet hours (M07)', () => {
  it.each([
    ['2026-11-10T17:30:00Z', 'BILLING', '2026-11-11T03:00:00Z'],
    ['2026-11-10T17:30:00Z', 'CODE', '2026-11-10T17:30:00Z'],
    ['2026-11-10T17:30:00Z', 'EMERGENCY', '2026-11-10T17:30:00Z'],
    ['2026-11-10T02:59:00Z', 'INFO', '2026-11-10T03:00:00Z'],
    ['2026-11-10T03:00:00Z', 'SERVICE', '2026-11-10T03:00:00Z'],
    ['2026-11-10T15:59:59Z', 'SERVICE', '2026-11-10T15:59:59Z'],
    ['2026-11-10T16:00:00Z', 'SERVICE', '2026-11-11T03:00:00Z'],
  ] as const)('%s %s', (now, priority, at) => expect(notBefore(priority, new Date(now)).toISOString()).toBe(new Date(at).toISOString()))
})

describe('what follows from a refusal of the gateway', () => {
  const facts = { attempts: 1, priority: 'CODE' as const, hasOther: true }

  it('no money or no entry: the other gateway at once, with an alarm (M06)', () => {
    for (const problem of ['BALANCE', 'AUTH'] as const) expect(decide(problem, facts)).toEqual({ act: 'switch', alarm: true })
  })

  it('a hiccup: 5, 30, 120 seconds, then the other one', () => {
    expect([1, 2, 3, 4].map(attempts => decide('TEMPORARY', { ...facts, attempts }))).toEqual([{ act: 'wait', seconds: 5 }, { act: 'wait', seconds: 30 }, { act: 'wait', seconds: 120 }, { act: 'switch', alarm: false }])
    expect(decide('TEMPORARY', { ...facts, attempts: 4, hasOther: false })).toEqual({ act: 'fail', alarm: false })
  })

  it('silence: a code goes again, a bill does not (M03)', () => {
    expect(decide('TIMEOUT', facts)).toEqual({ act: 'wait', seconds: 5 })
    expect(decide('TIMEOUT', { ...facts, priority: 'BILLING' })).toEqual({ act: 'lose' })
  })

  it('a bad number never again, the same one twice is one', () => {
    expect(decide('BAD_NUMBER', facts)).toEqual({ act: 'fail', alarm: false })
    expect(decide('DUPLICATE', facts)).toEqual({ act: 'accept' })
  })

  it('every class has its answer', () => {
    const problems: Problem[] = ['AUTH', 'BALANCE', 'BAD_NUMBER', 'BLOCKED_TEXT', 'BLOCKED', 'RATE', 'TEMPORARY', 'TIMEOUT', 'DUPLICATE']
    for (const problem of problems) expect(decide(problem, { ...facts, hasOther: false }).act).not.toBe('switch')
  })
})

describe('states of a message', () => {
  it('are all reachable, and a delivery is never taken back (M04)', () => {
    expect(messageMachine.can('DELIVERED', 'fail')).toBe(false)
    expect(() => messageMachine.next('DELIVERED', 'expire')).toThrow()
  })
})

describe('letters', () => {
  it('each has its words, with no hole that its event does not fill, in the three languages', () => {
    for (const name of heardEvents) {
      for (const payload of [{}, { state: 'FLAGGED', quorum: false }]) {
        const letter = letterOf(name, payload)
        const template = letter?.template ?? ''
        for (const locale of locales) {
          const said = words[locale].letters[template]
          expect(said, `${name} ${locale}`).toBeDefined()
          const holes = [...`${said?.title} ${said?.body}`.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1] ?? '')
          expect(holes.filter(hole => !(hole in (letter?.params ?? {}))), `${name} ${locale}`).toEqual([])
        }
      }
    }
  })

  it('says its facts in the reader’s language', () => {
    const params = { at: { moment: '2026-11-10T10:05:00Z' }, due: { day: '2026-11-25' }, period: { period: '2026-11' }, sum: { money: '1842000', currency: 'KZT' as const }, title: { words: { uz: 'Tom', kk: 'Шатыр', ru: 'Крыша' } }, key: { key: 'x' }, plain: '45' }
    expect(sayParams(params, 'ru', key => `<${key}>`)).toEqual({ at: '10.11.2026 15:05', due: '25.11.2026', period: 'ноябрь 2026\u00A0г.', sum: '18\u00A0420\u00A0₸', title: 'Крыша', key: '<x>', plain: '45' })
    expect(sayParams(params, 'uz', key => key)['title']).toBe('Tom')
  })

  it('each leads to a screen that there is', () => {
    const screens = globSync('app/[[]locale]/**/page.tsx').map(file => file.replaceAll('\\', '/').replace(/^app\/\[locale\]\//, '').replace(/\([a-z]+\)\//, '').replace(/\/page[.]tsx$/, ''))
    expect(screens).toContain('requests/[buildingId]/[requestId]')
    const patterns = screens.filter(path => !path.includes('...')).map(path => new RegExp(`^${path.replace(/\[\w+\]/g, '[^/]+')}$`))
    for (const name of heardEvents) {
      const link = letterOf(name, { buildingId: 'b', requestId: 'r', meetingId: 'm' })?.link ?? ''
      if (link !== '') expect(patterns.some(pattern => pattern.test(link)), `${name} leads to ${link}`).toBe(true)
    }
  })

  it('a voter’s letter never says how they voted, and a letter of a request goes to its people only', () => {
    const cast = letterOf('meetings.ballotCast', { title: {}, personId: 'p', premisesIds: ['f'], units: '45', castAt: '2026-11-10T10:05:00Z', choices: 'FOR' })
    expect(JSON.stringify(cast)).not.toContain('FOR')
    expect(letterOf('requests.requestMoved', { personIds: ['a'], premisesIds: ['f'], number: 5, state: 'CLOSED' })).toMatchObject({ personIds: ['a'], premisesIds: [] })
    expect(letterOf('unknown.event', {})).toBeNull()
  })
})
