import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'

/** A fact of a letter, said in the reader's language when it is read and not when it was written. */
export type Param =
  | string
  | { moment: string }
  | { day: string }
  | { period: string }
  | { money: string; currency: 'UZS' | 'KZT' }
  | { words: { uz: string; kk: string; ru: string } }
  | { key: string }
export type Params = Record<string, Param>

export const inboxInput = z.object({ before: z.optional(z.string().check(z.refine(isId))) })
export type InboxInput = z.infer<typeof inboxInput>

export type InboxLetter = {
  messageId: string
  template: string
  params: Params
  link: string
  happenedAt: Date
  receivedAt: Date
  createdAt: Date
  readAt: Date | null
}
