import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { camelCase, read, root, useCases } from './sources.ts'

// A refusal in a test: a rejected promise, a thrown error, an error code.
const refusal = /[.]rejects\b|toThrow|refus|NOT_FOUND|FORBIDDEN|UNAUTHORIZED|domainCode|toMatchObject\(\{ *(kind|code)/i

const testOf = (path: string) => path.replace('server/', 'test/integration/').replace(/[.]ts$/, '.test.ts')
const has = (path: string) => existsSync(join(root, path))

describe('each use case is tested against a real PostgreSQL (architecture.md 5.8)', () => {
  test('it has a test of its own', () => {
    expect(useCases.map(testOf).filter(path => !has(path))).toEqual([])
  })

  test('the test has at least one refusal', () => {
    expect(useCases.map(testOf).filter(path => has(path) && !refusal.test(read(path)))).toEqual([])
  })

  test('it takes the context first', () => {
    const strange = useCases.filter(path => {
      const name = camelCase(path.split('/').at(-1)?.replace('.ts', '') ?? '')
      return !new RegExp(`export async function ${name}(?:<[^(]*>)?\\(\\s*_?(ctx|request)\\b`).test(read(path))
    })
    expect(strange, 'export async function verbNoun(ctx: Context, input: …)').toEqual([])
  })
})
