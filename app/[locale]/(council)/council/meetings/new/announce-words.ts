import type { SendWords } from '#app/_parts/meetings/send-paper.ts'
import type { Locale } from '#server/kernel/format.ts'
import type { QuestionType, Scope } from '#server/meetings/schema.ts'

export type AnnounceWords = Record<'name' | 'form' | 'scope' | 'scopeHouse' | 'scopeParking' | 'opensAt' | 'closesAt' | 'noticeHint' | 'question' | 'type' | 'text' | 'explanation'
  | 'add' | 'remove' | 'send' | 'sending' | 'sendNote', string> & { languages: Record<Locale, string> }
export type AttachWords = SendWords & Record<'chosen' | 'fileHint' | 'partly' | 'toMeeting', string>
export type RuleChoice = { scope: Scope; questionType: QuestionType; noticeDays: number; word: string }
