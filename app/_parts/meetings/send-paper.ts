'use client'

import { fill } from '#app/_client/words.ts'
import { paperLimits, paperTypes } from '#server/meetings/schema.ts'

export type SendWords = Record<'noFile' | 'tooLarge' | 'wrongType' | 'noNetwork', string>

/** A refusal in words: said before anything is sent, or by the server. */
export class PaperRefused extends Error {}

/** A photo made small, a PDF as it is; what the server would refuse is refused here, before the network is used. */
export async function preparePaper(file: File | null, words: SendWords): Promise<Blob> {
  if (!file || file.size === 0) throw new PaperRefused(words.noFile)
  const known = paperTypes.some(type => type === file.type)
  if (!known && !file.type.startsWith('image/')) throw new PaperRefused(words.wrongType)
  const { shrinkPhoto } = await import('#app/_client/photo.ts')
  const paper = file.type === 'application/pdf' ? file : await shrinkPhoto(file).catch(() => (known ? file : null))
  if (!paper) throw new PaperRefused(words.wrongType)
  if (paper.size > paperLimits.bytes) throw new PaperRefused(fill(words.tooLarge, { megabytes: paperLimits.bytes / 1024 / 1024 }))
  return paper
}

type Sending = { act: 'storePaper' | 'registerSignOff'; fields: Readonly<Record<string, string>>; paper: Blob; words: SendWords }

/** The same id sent twice is one paper. */
export async function sendPaper({ act, fields, paper, words }: Sending): Promise<void> {
  const form = new FormData()
  for (const [name, value] of Object.entries({ act, ...fields })) form.set(name, value)
  form.set('file', paper)
  const answer = await fetch('/api/files/meetings', { method: 'POST', body: form, headers: { 'x-uyim-locale': document.documentElement.lang } }).catch(() => null)
  if (answer?.ok) return
  const said: { message?: string; error?: { message?: string } } = await answer?.json().catch(() => ({})) ?? {}
  throw new PaperRefused(said.message || said.error?.message || words.noNetwork)
}

/** 'estimate.pdf' → 'estimate', for whoever does not want to think of a name. */
export function titleOf(file: File): string {
  return file.name.replace(/[.][A-Za-z0-9]{1,5}$/, '').slice(0, paperLimits.title).replace(/[\uD800-\uDBFF]$/, '')
}
