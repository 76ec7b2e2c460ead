'use client'
import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Owner = { ownerId?: string; fullName: string; share: string }
type Words = { transferNote: string; ownerName: string; ownerPhone: string; column: { share: string }; addOwner: string; on: string; ground: string; groundHint: string; transferAct: string; saving: string }
type Props = { /** Nobody is in the register yet. */ first: boolean; buildingId: string; premisesId: string; today: string; owners: readonly Owner[]; words: Words }

/** The whole list of owners from a day on; shares are checked by the server as fractions. */
export function TransferForm({ first, buildingId, premisesId, today, owners, words }: Props) {
  const [rows, setRows] = useState<Owner[]>(owners.length === 0 ? [{ fullName: '', share: '1' }] : [...owners])
  const { busy, problem, act } = useAct(leave)

  async function transfer(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const typed = rows.map((row, index) => ({ row, fullName: String(form.get(`name${index}`) ?? '').trim(), share: String(form.get(`share${index}`) ?? '').trim(), phone: String(form.get(`phone${index}`) ?? '').trim() }))
    const next = typed.filter(each => each.fullName !== '').map(({ row, fullName, share, phone }) =>
      ({ ...(row.ownerId !== undefined && row.fullName === fullName ? { ownerId: row.ownerId } : {}), fullName, share, phone: phone || null }))
    const [day, basis] = [String(form.get('on') ?? ''), String(form.get('basis') ?? '')]
    await act(() => first ? call('premises.registerOwner', { buildingId, premisesId, since: day, basis, owners: next }) : call('premises.transferOwnership', { buildingId, premisesId, on: day, basis, owners: next }))
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
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? words.saving : null}>{words.transferAct}</Button></div>
    </form>
  )
}
