import { expect, test } from 'vitest'
import { addressInLanguage, contentPolicy, isReadable, isSameOrigin, languageOf, localeOf, requestIdOf, stripInner } from '#server/infra/page-guard.ts'

const app = 'https://uyim.example'

test('a change is accepted from our own pages only', () => {
  expect(isSameOrigin({ 'sec-fetch-site': 'same-origin' }, app)).toBe(true)
  expect(isSameOrigin({ origin: app }, app)).toBe(true)
  expect(isSameOrigin({ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }, app)).toBe(true)
  expect(isSameOrigin({}, app)).toBe(false)
  expect(isSameOrigin({ origin: 'null' }, app)).toBe(false)
  expect(isSameOrigin({ origin: 'https://uyim.example.evil' }, app)).toBe(false)
  expect(isSameOrigin({ origin: app, 'sec-fetch-site': 'same-site' }, app)).toBe(false)
  expect(isSameOrigin({ origin: app, 'sec-fetch-site': 'cross-site' }, app)).toBe(false)
})

test('the first page speaks the chosen language, else the first of the browser that we speak, else Uzbek', () => {
  expect(localeOf({ cookie: 'a=b; uyim-locale=kk', 'accept-language': 'ru' })).toBe('kk')
  expect(localeOf({ cookie: 'uyim-locale=fr', 'accept-language': 'en, ru;q=0.5, kk-KZ;q=0.9' })).toBe('kk')
  expect(localeOf({ 'accept-language': 'en-US,en' })).toBe('uz')
  expect(localeOf({ 'accept-language': 'ru;q=0' })).toBe('uz')
  expect(localeOf({})).toBe('uz')
})

test('an address without a language is led into the language of the person, and nowhere else', () => {
  expect(addressInLanguage('/', 'uz')).toBe('/uz')
  expect(addressInLanguage('/foo', 'kk')).toBe('/kk/foo')
  expect(addressInLanguage('/xx/foo/', 'ru')).toBe('/ru/xx/foo')
  expect(addressInLanguage('/home', 'ru')).toBe('/ru/home')
  for (const sly of ['//evil', '/\\evil', '///evil/x']) expect(addressInLanguage(sly, 'ru')).toMatch(/^[/]ru[/]evil/)
  for (const known of ['/ru', '/uz/home', '/kk/nothing', '/api/health', '/api', '/_next/static/x', '/v', '/v/00000', '/h/1', '/sw.js', '/manifest.webmanifest', '/robots.txt', '/icons/icon.svg']) {
    expect(addressInLanguage(known, 'ru'), known).toBeNull()
  }
})

test('headers by which the framework speaks to itself never come from outside', () => {
  const headers = { 'x-middleware-subrequest': 'a', 'x-middleware-rewrite': '/x', 'content-security-policy': 'x', 'x-uyim-address': '10.0.0.1', rsc: '1' }
  stripInner(headers)
  expect(headers).toEqual({ rsc: '1' })
})

test('a request id from outside is kept only when it is a plain one', () => {
  expect(requestIdOf({ 'x-request-id': 'abcdef-012345' })).toBe('abcdef-012345')
  expect(requestIdOf({ 'x-request-id': 'a"\n{}' })).toMatch(/^[0-9a-f]{24}$/)
})

test('the policy never allows inline scripts', () => {
  for (const nonce of ['abc', null]) expect(contentPolicy({ nonce, dev: false, secure: true })).not.toMatch(/script-src[^;]*unsafe/)
})

test('an address speaks its own language, else that of the person; what is no text is nowhere', () => {
  expect(languageOf('/ru/foo.bar', { cookie: 'uyim-locale=kk' })).toBe('ru')
  expect(languageOf('/foo.bar', { cookie: 'uyim-locale=kk' })).toBe('kk')
  expect(languageOf('/foo.bar', {})).toBe('uz')
  expect(['/ru/%D1%84', '/a.b'].map(path => isReadable(path, `${path}?text=100%`))).toEqual([true, true])
  expect(['/%FF', '/ru/%E0%A4%A', '/%', '/ru/%00'].map(path => isReadable(path, path))).toEqual([false, false, false, false])
  expect(isReadable('/ru', '/ru?text=a%00')).toBe(false)
})
