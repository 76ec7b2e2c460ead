import { cache } from 'react'
import { caller } from '#server/api/caller.ts'
import type { Locale } from '#server/kernel/format.ts'

/** Who is signed in and as what they act, read once for a layout and the screen in it. */
export const whoActs = cache(async (locale: Locale) => (await caller(locale)).identity.me())
