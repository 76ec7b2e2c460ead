'use client'

import { useRef, useState } from 'react'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import type { Locale } from '#server/kernel/format.ts'
import { waitingThings } from './outbox-live.ts'
import { forgetPerson } from './person.ts'
import { CallError } from './trpc.ts'
import { leave, useAct } from './use-act.ts'
import { countWords } from './words.ts'

type Props = {
  locale: Locale
  /** `common.outbox` (its `signOut_*`), the act, the two answers, and what is said where the server was not reached. */
  words: { outbox: Readonly<Record<string, unknown>>; here: string; signOut: string; cancel: string; notReached: string }
}

/**
 * On a shared phone: says first what is still waiting, ends the session, then forgets everything that can be read. Where the
 * session could not be ended, that is said: the next person at this phone would still be in it.
 */
export function SignOut({ locale, words }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [count, setCount] = useState(0)
  const { busy, problem, act } = useAct()
  const signOut = () => act(async () => {
    dialog.current?.close()
    if (!(await endSession(locale))) throw new CallError(words.notReached, { kind: 'NETWORK', code: 'common.noNetwork' })
    await forgetPerson().catch(() => undefined)
    await leave(`/${locale}/sign-in`)
  })
  const press = async () => {
    const waiting = await waitingThings().catch(() => [])
    const unsent = waiting.filter((thing) => thing.state !== 'sent').length
    setCount(unsent)
    if (unsent > 0) dialog.current?.showModal()
    else await signOut()
  }
  return (
    <>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <Button icon="leave" busy={busy && words.here} onClick={() => void press()}>
        {words.here}
      </Button>
      <dialog ref={dialog} className="w-[min(24rem,90vw)] rounded-card border border-note bg-surface p-4">
        <p className="mb-4">{countWords(words.outbox, 'signOut', { count, locale })}</p>
        <div className="flex flex-col gap-2">
          <Button kind="main" onClick={() => void signOut()}>
            {words.signOut}
          </Button>
          <Button wide onClick={() => dialog.current?.close()}>
            {words.cancel}
          </Button>
        </div>
      </dialog>
    </>
  )
}

/** By the door of the plain forms, which also takes the cookies away and leads on: then the server has heard. */
async function endSession(locale: Locale): Promise<boolean> {
  const answer = await fetch('/api/auth/form/sign-out', { method: 'POST', body: new URLSearchParams({ locale }), redirect: 'manual' }).catch(() => null)
  return answer?.type === 'opaqueredirect'
}
