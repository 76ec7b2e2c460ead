'use client'

import { useState } from 'react'
import { callLazily } from '#app/_client/lazy-call.ts'
import { phoneInstant } from '#app/_client/phone-clock.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatDate } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'

export type Kept = { readingId: string; values: string[]; takenOn: string; flags: string[]; shown: string }
type Props = { kept: Kept; buildingId: string; words: Record<string, string>; errors: { noNetwork: string } }

/** A reading that the server kept with a question: a yes counts it, unless only staff can settle it. */
export function ConfirmKept({ kept, buildingId, words, errors }: Props) {
  const [state, setState] = useState<'asks' | 'busy' | 'done'>('asks')
  const [problem, setProblem] = useState('')
  const [flag = ''] = kept.flags
  const canConfirm = kept.flags.every(each => each !== 'lowerThanLast' && each !== 'olderThanLast')

  async function confirm() {
    setState('busy')
    try {
      await callLazily('meters.correctReading', { readingId: newId(), buildingId, corrects: kept.readingId, values: kept.values, confirmed: kept.flags, submittedAt: phoneInstant() })
      setState('done')
    } catch (error) {
      setProblem(refusalOf(error) || errors.noNetwork)
      setState('asks')
    }
  }

  const say = (key: string) => fill(words[key] ?? '', { value: kept.shown, date: formatDate(kept.takenOn) })
  if (state === 'done') return <Notice tone="good" live="status">{say('done')}</Notice>
  return (
    <Notice tone="care" title={say('title')} actions={canConfirm && <Button busy={state === 'busy' && say('yes')} onClick={() => void confirm()}>{say('yes')}</Button>}>
      <p>{say(flag)}</p>
      {problem && <p role="alert" className="text-danger">{problem}</p>}
    </Notice>
  )
}
