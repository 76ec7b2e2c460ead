'use client'
import { useState, type FormEvent } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Owner = { ownerId?: string; fullName: string; share: string }
type Words = { transferNote: string; ownerName: string; ownerPhone: string; column: { share: string }; addOwner: string; on: string; ground: string; groundHint: string; transferAct: string; saving: string; done: string; noNetwork: string }
type Props = { buildingId: string; premisesId: string; today: string; owners: readonly Owner[]; words: Words }
type Said = { tone: 'good' | 'care'; text: string }

/** The whole list of owners from a day on; shares are checked by the server as fractions. */
export function TransferForm({ buildingId, premisesId, today, owners, words }: Props) {
  const [rows, setRows] = useState<Owner[]>([...owners])
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<Said | null>(null)

  async function transfer(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const typed = rows.map((row, index) => ({ row, fullName: String(form.get(`name${index}`) ?? '').trim(), share: String(form.get(`share${index}`) ?? '').trim(), phone: String(form.get(`phone${index}`) ?? '').trim() }))
    const next = typed.filter(each => each.fullName !== '').map(({ row, fullName, share, phone }) =>
      ({ ...(row.ownerId !== undefined && row.fullName === fullName ? { ownerId: row.ownerId } : {}), fullName, share, phone: phone || null }))
    setBusy(true)
    try {
      await call('premises.transferOwnership', { buildingId, premisesId, on: String(form.get('on') ?? ''), basis: String(form.get('basis') ?? ''), owners: next })
      setSaid({ tone: 'good', text: words.done })
      window.location.reload()
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      setSaid({ tone: 'care', text: error.kind === 'NETWORK' ? words.noNetwork : error.message })
    } finally {
      setBusy(false)
    }
  }

  return (
    <form onSubmit={event => void transfer(event)} className="flex flex-col gap-3">
      <p className="text-note">{words.transferNote}</p>
      {rows.map((row, index) => (
        <div key={row.ownerId ?? `new ${index}`} className="grid gap-2 sm:grid-cols-[1fr_6rem_12rem]">
          <Field label={words.ownerName} name={`name${index}`} defaultValue={row.fullName} size="dense" maxLength={300} />
          <Field label={words.column.share} name={`share${index}`} defaultValue={row.share} size="dense" maxLength={20} />
          <Field label={words.ownerPhone} name={`phone${index}`} size="dense" inputMode="tel" maxLength={40} />
        </div>
      ))}
      <div><Button kind="quiet" onClick={() => setRows([...rows, { fullName: '', share: '' }])}>{words.addOwner}</Button></div>
      <div className="grid gap-2 sm:grid-cols-[12rem_1fr]">
        <Field label={words.on} name="on" type="date" defaultValue={today} max={today} required size="dense" />
        <Field label={words.ground} hint={words.groundHint} name="basis" required minLength={3} maxLength={300} size="dense" />
      </div>
      {said && <Notice tone={said.tone} live={said.tone === 'good' ? 'status' : 'alert'}>{said.text}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? words.saving : null}>{words.transferAct}</Button></div>
    </form>
  )
}
