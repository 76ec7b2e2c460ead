'use client'

import { useState, type FormEvent } from 'react'
import { call, type OutputOf } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { SegmentedChoice } from '#app/_ui/segmented-choice.tsx'

export type LinkWords = Record<
  | 'by' | 'byInvitation' | 'byAccount' | 'invitation' | 'invitationHint' | 'accountNumber' | 'accountHint' | 'lastPaid' | 'lastPaidHint' | 'role' | 'owner'
  | 'ownerNote' | 'tenant' | 'tenantNote' | 'fullName' | 'act' | 'working' | 'done' | 'doneConfirmed' | 'doneOwner' | 'doneTenant' | 'toHome',
  string
>
type Props = { home: string; name: string; words: LinkWords }
type Method = 'INVITATION' | 'ACCOUNT'

export function LinkForm({ home, name, words }: Props) {
  const [method, setMethod] = useState<Method>('INVITATION')
  const { busy, problem, act } = useAct()
  const [linked, setLinked] = useState<OutputOf<'identity.linkHome'> | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const text = (field: string) => String(given.get(field) ?? '')
    const person = { role: text('role') === 'TENANT' ? ('TENANT' as const) : ('OWNER' as const), fullName: text('fullName') }
    await act(async () => {
      setLinked(
        await call(
          'identity.linkHome',
          method === 'INVITATION'
            ? { method, invitation: text('invitation'), ...person }
            : { method, accountNumber: text('accountNumber'), lastPaid: text('lastPaid'), ...person },
        ),
      )
    })
  }
  if (linked) return <Linked home={home} linked={linked} words={words} />
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-6">
      <Proof method={method} onMethod={setMethod} words={words} />
      <SegmentedChoice
        legend={words.role}
        name="role"
        defaultValue="OWNER"
        options={[
          { value: 'OWNER', label: words.owner, note: words.ownerNote },
          { value: 'TENANT', label: words.tenant, note: words.tenantNote },
        ]}
      />
      <Field label={words.fullName} name="fullName" required maxLength={200} autoComplete="name" defaultValue={name} />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <ActBar>
        <Button type="submit" kind="main" busy={busy ? words.working : null}>
          {words.act}
        </Button>
      </ActBar>
    </form>
  )
}

function Proof({ method, onMethod, words }: { method: Method; onMethod: (method: Method) => void; words: LinkWords }) {
  return (
    <>
      <SegmentedChoice
        legend={words.by}
        name="by"
        value={method}
        onChange={(value) => onMethod(value === 'ACCOUNT' ? 'ACCOUNT' : 'INVITATION')}
        options={[
          { value: 'INVITATION', label: words.byInvitation },
          { value: 'ACCOUNT', label: words.byAccount },
        ]}
      />
      {method === 'INVITATION' ? (
        <Field key="invitation" label={words.invitation} hint={words.invitationHint} name="invitation" required maxLength={40} autoComplete="off" autoCapitalize="characters" spellCheck={false} />
      ) : (
        <>
          <Field key="account" label={words.accountNumber} hint={words.accountHint} name="accountNumber" required maxLength={40} inputMode="numeric" autoComplete="off" />
          <Field key="paid" label={words.lastPaid} hint={words.lastPaidHint} name="lastPaid" required maxLength={40} inputMode="decimal" autoComplete="off" />
        </>
      )}
    </>
  )
}

function Linked({ home, linked, words }: { home: string; linked: OutputOf<'identity.linkHome'>; words: LinkWords }) {
  const next = linked.role === 'TENANT' ? words.doneTenant : linked.level >= 2 ? words.doneConfirmed : words.doneOwner
  return (
    <Notice
      tone="good"
      live="status"
      title={fill(words.done, { unit: linked.unit })}
      actions={
        <LinkButton kind="main" href={home}>
          {words.toHome}
        </LinkButton>
      }
    >
      <p>{next}</p>
    </Notice>
  )
}
