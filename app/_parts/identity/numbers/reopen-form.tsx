'use client'

import { call } from '#app/_client/trpc.ts'
import { PaperForm, type PaperProps, type PaperWords } from '#app/_parts/identity/paper-form.tsx'

export type ReopenWords = PaperWords<'waiting' | 'opened'>
type Props = PaperProps<'waiting' | 'opened'> & { place: { numberKey: string; buildingId: string; premisesId: string } }

/** One word: whoever has this number showed me this paper. */
export function ReopenForm({ place, ...rest }: Props) {
  return (
    <PaperForm {...rest} say={async paper => {
      const { state } = await call('identity.reopenNumber', { ...place, ...paper })
      return state === 'OPENED' ? 'opened' : 'waiting'
    }} />
  )
}
