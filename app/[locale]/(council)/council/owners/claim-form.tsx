'use client'

import { call } from '#app/_client/trpc.ts'
import { PaperForm, type PaperProps, type PaperWords } from '#app/_parts/identity/paper-form.tsx'

export type ClaimWords = PaperWords<'waiting' | 'confirmed'>
type Props = PaperProps<'waiting' | 'confirmed'> & { claim: { buildingId: string; grantId: string } }

/** One council member's word: this person is that owner, I saw this paper. */
export function ClaimForm({ claim, ...rest }: Props) {
  return (
    <PaperForm {...rest} say={async ({ ownerId = '', ...paper }) => {
      const { state } = await call('identity.confirmOwner', { ...claim, ownerId, ...paper })
      return state === 'CONFIRMED' ? 'confirmed' : 'waiting'
    }} />
  )
}
