'use client'

import type { FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import { registerAbsenceInput, registerPrivilegeInput } from '#server/premises/schema.ts'

export type DatedWords = Record<'absence' | 'privilege' | 'persons' | 'service' | 'since' | 'until' | 'ground' | 'add' | 'saving' | 'withdraw' | 'end' | 'none', string>
type Line = { id: string; title: string; note: string; open: boolean }
type Props = { buildingId: string; premisesId: string; today: string; absences: readonly Line[]; privileges: readonly Line[]; services: readonly { value: string; label: string }[]; words: DatedWords }

/** Who is away and which privileges a flat has, by date; both decide the bills of months to come. */
export function DatedFacts({ buildingId, premisesId, today, absences, privileges, services, words: w }: Props) {
  const { busy, problem, act } = useAct(leave)
  const at = { buildingId, premisesId }
  const read = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '').trim()
    return { said, dated: { ...at, since: said('since'), until: said('until') || null, ground: said('ground') } }
  }
  const away = (event: FormEvent<HTMLFormElement>) => {
    const { said, dated } = read(event)
    void act(() => call('premises.registerAbsence', registerAbsenceInput.parse({ ...dated, absenceId: newId(), persons: Number(said('persons')) })))
  }
  const privilege = (event: FormEvent<HTMLFormElement>) => {
    const { said, dated } = read(event)
    void act(() => call('premises.registerPrivilege', registerPrivilegeInput.parse({ ...dated, privilegeId: newId(), service: said('service') })))
  }

  return (
    <div className="flex flex-col gap-4">
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <Lines title={w.absence} none={w.none} lines={absences} act={w.withdraw} busy={busy} onAct={absenceId => void act(() => call('premises.withdrawAbsence', { ...at, absenceId, reason: w.withdraw }))} />
      <form onSubmit={away} className="grid gap-3 sm:grid-cols-4">
        <Field size="dense" name="persons" type="number" min={1} max={99} label={w.persons} required />
        <Span words={w} today={today} />
        <div><Button type="submit" busy={busy ? w.saving : null}>{w.add}</Button></div>
      </form>
      <Lines title={w.privilege} none={w.none} lines={privileges} act={w.end} busy={busy} onAct={privilegeId => void act(() => call('premises.endPrivilege', { ...at, privilegeId, lastDay: today, ground: w.end }))} />
      <form onSubmit={privilege} className="grid gap-3 sm:grid-cols-4">
        <SelectField size="dense" name="service" label={w.service} options={services} />
        <Span words={w} today={today} />
        <div><Button type="submit" busy={busy ? w.saving : null}>{w.add}</Button></div>
      </form>
    </div>
  )
}

function Span({ words: w, today }: { words: DatedWords; today: string }) {
  return (
    <>
      <Field size="dense" type="date" name="since" label={w.since} defaultValue={today} required />
      <Field size="dense" type="date" name="until" label={w.until} />
      <Field size="dense" name="ground" label={w.ground} required minLength={3} maxLength={300} autoComplete="off" />
    </>
  )
}

function Lines({ title, none, lines, act, busy, onAct }: { title: string; none: string; lines: readonly Line[]; act: string; busy: boolean; onAct: (id: string) => void }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{title}</h3>
      {lines.length === 0 ? <p className="text-note">{none}</p>
        : <List label={title}>{lines.map(line => <Row key={line.id} title={line.title} note={line.note} value={line.open ? <Button disabled={busy} onClick={() => onAct(line.id)}>{act}</Button> : undefined} />)}</List>}
    </section>
  )
}
