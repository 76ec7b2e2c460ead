import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest'
import { removeFiles } from '#test/support/file.ts'

// A warning nobody reads is a fault nobody sees: console.error and console.warn fail the test.
const heard: unknown[][] = []

beforeEach(() => {
  heard.length = 0
  for (const level of ['error', 'warn'] as const) vi.spyOn(console, level).mockImplementation((...words) => void heard.push([level, ...words]))
})

afterAll(removeFiles)

afterEach(() => {
  vi.restoreAllMocks()
  expect(heard, 'console.error or console.warn was called').toEqual([])
})
