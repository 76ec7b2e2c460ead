'use client'

import { useRef, type ReactNode } from 'react'
import { Button } from '#app/_ui/button.tsx'
import type { Locale } from '#server/kernel/format.ts'
import { useOutbox } from './use-outbox.ts'
import { countWords } from './words.ts'

type Props = {
  locale: Locale
  children: ReactNode
  /** `common.outbox` (its `signOut_*`) and the two answers. */
  words: { outbox: Readonly<Record<string, unknown>>; signOut: string; cancel: string }
  /** Ends the session on the server, then goes where signed-out people go. */
  onSignOut: () => Promise<void>
}

/** On a shared phone: says first what is still waiting, then forgets everything that can be read. */
export function SignOut({ locale, children, words, onSignOut }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const count = useOutbox().filter((thing) => thing.state !== 'sent').length
  const leave = async () => {
    await import('./person.ts').then((person) => person.forgetPerson()).catch(() => undefined)
    await onSignOut()
  }
  return (
    <>
      <Button icon="leave" onClick={() => (count > 0 ? dialog.current?.showModal() : void leave())}>
        {children}
      </Button>
      <dialog ref={dialog} className="w-[min(24rem,90vw)] rounded-card border border-note bg-surface p-4">
        <p className="mb-4">{countWords(words.outbox, 'signOut', { count, locale })}</p>
        <div className="flex flex-col gap-2">
          <Button kind="main" onClick={() => void leave()}>
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
