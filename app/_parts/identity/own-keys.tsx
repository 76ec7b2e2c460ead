'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type KeysWords = Record<'codesTitle' | 'codesNote' | 'codesAct' | 'codesMade' | 'replaceTitle' | 'replaceNote' | 'replaceAct' | 'replaced' | 'working', string>
type Props = { mayChange: boolean; left: string; words: KeysWords }

/** Recovery codes and a new secret of the one-time keys: each shown this once. */
export function OwnKeys({ mayChange, left, words }: Props) {
  const [issuing, replacing] = [useAct(), useAct()]
  const [codes, setCodes] = useState<string[] | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const problem = issuing.problem ?? replacing.problem
  const issue = () => issuing.act(async () => setCodes((await call('identity.issueRecoveryCodes')).codes))
  const replace = () => replacing.act(async () => setSecret((await call('identity.replaceOneTimeKey')).totpSecret))
  const button = (work: () => Promise<void>, busy: boolean, word: string) => <Button disabled={!mayChange} busy={busy ? words.working : null} onClick={() => void work()}>{word}</Button>
  return (
    <>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <Card title={words.codesTitle} note={words.codesNote} actions={button(issue, issuing.busy, words.codesAct)}>
        {!codes && <p>{left}</p>}
        {codes && (
          <Notice tone="good" live="status" title={words.codesMade}>
            <ol className="figures list-decimal ps-6">{codes.map((code) => <li key={code}>{code}</li>)}</ol>
          </Notice>
        )}
      </Card>
      <Card title={words.replaceTitle} note={words.replaceNote} actions={button(replace, replacing.busy, words.replaceAct)}>
        {secret && <Notice tone="good" live="status" title={words.replaced}><p className="figures font-semibold break-all">{secret}</p></Notice>}
      </Card>
    </>
  )
}
