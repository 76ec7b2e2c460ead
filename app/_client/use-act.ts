'use client'

import { useEffect, useState } from 'react'
import { CallError, unheard } from './trpc.ts'

type Problem = Pick<CallError, 'message'> & Partial<Pick<CallError, 'code' | 'fields' | 'params'>>

/**
 * One act of a form or a button: `busy` while the server has it, `problem` when it was refused or nothing came back, in the
 * person's language. What was typed stays. `complain` says what the form itself sees before anything is sent. `after` comes
 * when the server agreed: `useAct(leave)` loads the page anew.
 */
export function useAct(after?: () => Promise<unknown>): { busy: boolean; problem: Problem | null; act: (work: () => Promise<unknown>) => Promise<void>; complain: (message: string) => void } {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  // Coming back with the phone's own Back button shows the page as it was left, its button still busy.
  useEffect(() => {
    const shown = ({ persisted }: PageTransitionEvent) => persisted && setBusy(false)
    window.addEventListener('pageshow', shown)
    return () => window.removeEventListener('pageshow', shown)
  }, [])
  return {
    busy, problem,
    act: async work => {
      setBusy(true)
      setProblem(null)
      try {
        await work()
        await after?.()
      } catch (error) {
        setProblem(error instanceof CallError ? error : unheard('NETWORK'))
        if (!(error instanceof CallError)) reportError(error)
      }
      setBusy(false)
    },
    complain: message => setProblem(message === '' ? null : { message }),
  }
}

/** The last step of an act that ends this page: nothing on it is pressed any more. */
export function leave(address?: string): Promise<never> {
  if (address === undefined) window.location.reload()
  else window.location.assign(address)
  return new Promise(() => undefined)
}
