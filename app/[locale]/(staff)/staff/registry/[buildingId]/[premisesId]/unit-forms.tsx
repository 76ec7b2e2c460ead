'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import { closeAccountInput, openAccountInput, registerPersonsInput } from '#server/premises/schema.ts'
import { readCorrection, type Place, type UnitFacts } from './read-unit.ts'

type WordKey = 'number' | 'entrance' | 'floor' | 'rooms' | 'area' | 'areaFrom' | 'areaFromHint' | 'livingArea' | 'cadastral' | 'stove' | 'ground' | 'groundHint' | 'correct' | 'persons' | 'since' | 'register' | 'opened' | 'payer' | 'NATURAL' | 'LEGAL' | 'openAct'
  | 'lastDay' | 'closeNote' | 'closeAct' | 'saving' | 'missing'
export type UnitWords = Record<WordKey, string>
type Part = { at: Place; today: string; words: UnitWords }

/** One form: what it reads is sent once, what was refused is told and stays typed. */
function useSend() {
  const { busy, problem, act, complain } = useAct(leave)
  return {
    busy, problem,
    send: <Input,>(missing: string, read: (form: FormData) => Input | null, work: (input: Input) => Promise<unknown>) => (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault()
      const input = read(new FormData(event.currentTarget))
      if (input === null) complain(missing)
      else void act(() => work(input))
    },
  }
}

function Send({ problem, busy, act, saving }: { problem: { message: string } | null; busy: boolean; act: string; saving: string }) {
  return (
    <>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? saving : null}>{act}</Button></div>
    </>
  )
}

const Ground = ({ words: w }: { words: UnitWords }) => <Field size="dense" name="ground" label={w.ground} hint={w.groundHint} required minLength={3} maxLength={300} autoComplete="off" />
const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

/** Area, number, floor: what bills, shares and votes are counted from. With a day the wall was moved, without one it was written down wrongly. */
export function CorrectForm({ at, words: w, unit }: Part & { unit: UnitFacts }) {
  const { busy, problem, send } = useSend()
  const whole = { type: 'number', size: 'dense' } as const
  return (
    <form onSubmit={send(w.missing, form => readCorrection(form, at, unit), input => call('premises.correct', input))} className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-4">
        <Field size="dense" name="areaM2" label={w.area} inputMode="decimal" required maxLength={20} autoComplete="off" defaultValue={unit.areaM2.replace('.', ',')} />
        <Field size="dense" name="areaFrom" type="date" label={w.areaFrom} hint={w.areaFromHint} />
        <Field size="dense" name="livingAreaM2" label={w.livingArea} inputMode="decimal" maxLength={20} autoComplete="off" defaultValue={unit.livingAreaM2?.replace('.', ',') ?? ''} />
        <Field size="dense" name="number" label={w.number} required maxLength={20} autoComplete="off" defaultValue={unit.number} />
        <Field {...whole} name="entrance" label={w.entrance} min={1} max={60} defaultValue={unit.entrance ?? ''} />
        <Field {...whole} name="floor" label={w.floor} min={-5} max={100} defaultValue={unit.floor ?? ''} />
        <Field {...whole} name="rooms" label={w.rooms} min={0} max={50} defaultValue={unit.rooms ?? ''} />
        <Field size="dense" name="cadastralNumber" label={w.cadastral} maxLength={200} autoComplete="off" defaultValue={unit.cadastralNumber ?? ''} />
      </div>
      <CheckField name="electricStove" label={w.stove} defaultChecked={unit.electricStove} />
      <Ground words={w} />
      <Send problem={problem} busy={busy} act={w.correct} saving={w.saving} />
    </form>
  )
}

/** How many are registered from a day on; the days before keep theirs. */
export function PersonsForm({ at, today, words: w, lines }: Part & { lines: readonly { id: string; title: string; note: string }[] }) {
  const { busy, problem, send } = useSend()
  const read = (form: FormData) => {
    const given = registerPersonsInput.safeParse({ ...at, since: text(form, 'since'), persons: Number(text(form, 'persons') || 'x'), source: text(form, 'ground') })
    return given.success ? given.data : null
  }
  return (
    <>
      {lines.length > 0 && <List label={w.persons}>{lines.map(line => <Row key={line.id} title={line.title} note={line.note} />)}</List>}
      <form onSubmit={send(w.missing, read, input => call('premises.registerPersons', input))} className="flex flex-col gap-3">
        <div className="grid gap-3 sm:grid-cols-2">
          <Field size="dense" name="persons" type="number" min={0} max={99} label={w.persons} required />
          <Field size="dense" name="since" type="date" label={w.since} defaultValue={today} required />
        </div>
        <Ground words={w} />
        <Send problem={problem} busy={busy} act={w.register} saving={w.saving} />
      </form>
    </>
  )
}

/** A unit has one open account: without one it gets one, and the open one is closed when its payer goes. */
export function AccountForm({ at, today, words, open }: Part & { open: string | null }) {
  return open === null ? <OpenForm at={at} today={today} words={words} /> : <CloseForm at={at} today={today} words={words} accountId={open} />
}

function OpenForm({ at, today, words: w }: Part) {
  const [accountId] = useState(() => newId())
  const { busy, problem, send } = useSend()
  const read = (form: FormData) => {
    const given = openAccountInput.safeParse({ ...at, accountId, openedOn: text(form, 'openedOn'), payerKind: text(form, 'payerKind') })
    return given.success ? given.data : null
  }
  return (
    <form onSubmit={send(w.missing, read, input => call('premises.openAccount', input))} className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field size="dense" name="openedOn" type="date" label={w.opened} defaultValue={today} required />
        <SelectField size="dense" name="payerKind" label={w.payer} options={[{ value: 'NATURAL', label: w.NATURAL }, { value: 'LEGAL', label: w.LEGAL }]} />
      </div>
      <Send problem={problem} busy={busy} act={w.openAct} saving={w.saving} />
    </form>
  )
}

function CloseForm({ at, today, words: w, accountId }: Part & { accountId: string }) {
  const { busy, problem, send } = useSend()
  const read = (form: FormData) => {
    const given = closeAccountInput.safeParse({ buildingId: at.buildingId, accountId, closedOn: text(form, 'closedOn'), ground: text(form, 'ground') })
    return given.success ? given.data : null
  }
  return (
    <form onSubmit={send(w.missing, read, input => call('premises.closeAccount', input))} className="flex flex-col gap-3">
      <p className="text-note">{w.closeNote}</p>
      <Field size="dense" name="closedOn" type="date" label={w.lastDay} defaultValue={today} required />
      <Ground words={w} />
      <Send problem={problem} busy={busy} act={w.closeAct} saving={w.saving} />
    </form>
  )
}
