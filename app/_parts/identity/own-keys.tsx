'use client'

import { useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type KeysWords = Record<'codesTitle' | 'codesNote' | 'codesAct' | 'codesMade' | 'replaceTitle' | 'replaceNote' | 'replaceAct' | 'replaced' | 'working', string>
type Props = { mayChange: boolean; left: string; words: KeysWords; noNetwork: string }

/** Recovery codes and a new secret of the one-time keys: each shown this once. */
export function OwnKeys({ mayChange, left, words, noNetwork }: Props) {
  const [busy, setBusy] = useState<'codes' | 'secret' | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const run = async (what: 'codes' | 'secret') => {
    setBusy(what)
    setProblem(null)
    try {
      if (what === 'codes') setCodes((await call('identity.issueRecoveryCodes')).codes)
      else setSecret((await call('identity.replaceOneTimeKey')).totpSecret)
    } catch (error) {
      setProblem((error instanceof CallError && error.message) || noNetwork)
    } finally {
      setBusy(null)
    }
  }
  const act = (what: 'codes' | 'secret', word: string) => <Button disabled={!mayChange} busy={busy === what ? words.working : null} onClick={() => void run(what)}>{word}</Button>
  return (
    <>
      {problem && <Notice tone="care" live="alert">{problem}</Notice>}
      <Card title={words.codesTitle} note={words.codesNote} actions={act('codes', words.codesAct)}>
        {!codes && <p>{left}</p>}
        {codes && (
          <Notice tone="good" live="status" title={words.codesMade}>
            <ol className="figures list-decimal ps-6">{codes.map((code) => <li key={code}>{code}</li>)}</ol>
          </Notice>
        )}
      </Card>
      <Card title={words.replaceTitle} note={words.replaceNote} actions={act('secret', words.replaceAct)}>
        {secret && <Notice tone="good" live="status" title={words.replaced}><p className="figures font-semibold break-all">{secret}</p></Notice>}
      </Card>
    </>
  )
}
