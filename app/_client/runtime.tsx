'use client'

import type { Locale } from '#server/kernel/format.ts'

export type RuntimeWords = { outbox: Record<string, string>; runtime: Record<string, string> }

export function Runtime(_: { locale: Locale; words: RuntimeWords }) {
  return null
}
