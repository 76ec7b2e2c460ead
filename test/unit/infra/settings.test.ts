import { expect, test } from 'vitest'
import { demoRefusal, readEnv } from '#server/infra/settings.ts'

test('visible codes are refused on a public address and on an external database (settled 22)', () => {
  expect(demoRefusal('http://localhost:3000', true)).toBeNull()
  expect(demoRefusal('http://192.168.1.7:3000', true)).toBeNull()
  expect(demoRefusal('http://[::1]:3000', true)).toBeNull()
  expect(demoRefusal('https://uyim.example', true)).toContain('public address')
  expect(demoRefusal('https://10.evil.example', true)).toContain('public address')
  expect(demoRefusal('http://localhost:3000', false)).toContain('embedded')
})

test('a wrong setting is named in one sentence', () => {
  expect(() => readEnv({ PORT: 'x' })).toThrow(/^The setting PORT is wrong/)
  expect(() => readEnv({ APP_URL: 'uyim' })).toThrow(/^The setting APP_URL is wrong/)
  expect(() => readEnv({}).AUTH_SECRET).toThrow(/AUTH_SECRET is missing/)
})
