'use client'

import { useState } from 'react'
import { useAct } from '#app/_client/use-act.ts'
import { newId } from '#server/kernel/ids.ts'

/** One id, so that sending twice writes once; and the questions that were answered with yes. */
export type Attempt = { readonly id: string; readonly confirmed: readonly string[] }
export const fresh = (): Attempt => ({ id: newId(), confirmed: [] })

/** 'lowerThanLast' of 'meters.askLowerThanLast'; null where nothing is asked. */
export function askedBy(code: string | undefined): string | null {
  const asked = /^meters[.]ask(.)(.*)$/.exec(code ?? '')
  return asked && `${asked[1]?.toLowerCase()}${asked[2]}`
}

/** Sends figures of a meter; what the rules ask of them is answered by `confirm`, which sends the same again. Other figures are another attempt: `restart`. */
export function useAsked(work: (attempt: Attempt) => Promise<unknown>) {
  const [attempt, setAttempt] = useState(fresh)
  const { busy, problem, act, complain } = useAct()
  const question = askedBy(problem?.code)
  const go = (next: Attempt) => {
    if (busy) return
    setAttempt(next)
    void act(() => work(next))
  }
  return {
    busy, problem,
    send: () => go(attempt),
    confirm: question === null ? null : () => go({ ...attempt, confirmed: [...attempt.confirmed, question] }),
    restart: () => {
      setAttempt(fresh())
      complain('')
    },
  }
}
