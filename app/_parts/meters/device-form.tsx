'use client'

import { useRef, useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { useAsked } from './use-asked.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import type { MeterService, MeterUnit } from '#server/meters/rules.ts'

export type DeviceWords = Record<'service' | 'last' | 'lastN' | 'serial' | 'on' | 'verified' | 'verifiedHint' | 'registers' | 'digits' | 'decimals' | 'first' | 'firstN' | 'act' | 'actHint' | 'sendRegister' | 'sendReplace' | 'sending' | 'yes', string>
/** The device that leaves; null where a new one joins the register. */
export type OldDevice = { meterId: string; registers: number; digits: number; decimals: number } | null
type Props = { house: string; place: { buildingId: string; premisesId: string | null }; old: OldDevice; services: readonly { value: string; label: string }[]; today: string; words: DeviceWords }

const unitOf: Record<MeterService, MeterUnit> = { COLD_WATER: 'm3', HOT_WATER: 'm3', ELECTRICITY: 'kWh', HEAT: 'Gcal', GAS: 'm3' }
const counts = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => ({ value: String(from + index), label: String(from + index) }))

/** What the act of the fitter says: the last figures of the device that leaves, and the one that is there now with its first. */
export function DeviceForm({ house, place: { buildingId, premisesId }, old, services, today, words: w }: Props) {
  const [newMeterId] = useState(() => newId())
  const [registers, setRegisters] = useState(old?.registers ?? 1)
  const form = useRef<HTMLFormElement>(null)
  const { busy, problem, send, confirm, restart } = useAsked(async ({ confirmed }) => {
    if (form.current === null) return
    const data = new FormData(form.current)
    const said = (name: string) => String(data.get(name) ?? '').trim()
    const figures = (name: string, count: number) => Array.from({ length: count }, (_, index) => said(`${name}${index}`))
    const service = said('service') as MeterService
    const device = { buildingId, serial: said('serial'), registers, digits: Number(said('digits')), decimals: Number(said('decimals')), installedOn: said('on'), verifiedUntil: said('verified') || null,
      initialValues: figures('first', registers), act: said('act') }
    if (old === null) await call('meters.registerMeter', { ...device, meterId: newMeterId, premisesId, service, unit: unitOf[service] })
    else await call('meters.replaceMeter', { ...device, meterId: old.meterId, newMeterId, finalValues: figures('last', old.registers), confirmed: [...confirmed] })
    return leave(`${house}/meters/${newMeterId}?placed=1`)
  })
  return (
    <form ref={form} onSubmit={event => { event.preventDefault(); send() }} onChange={restart} className="flex max-w-3xl flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-3">
        {old === null && <SelectField size="dense" name="service" label={w.service} options={services} />}
        {old !== null && <Figures name="last" count={old.registers} one={w.last} many={w.lastN} />}
        <Field size="dense" name="on" type="date" label={w.on} defaultValue={today} max={today} required />
        <Field size="dense" name="serial" label={w.serial} required maxLength={40} autoComplete="off" />
        <Field size="dense" name="verified" type="date" label={w.verified} hint={w.verifiedHint} min={today} />
        <SelectField size="dense" name="registers" label={w.registers} options={counts(1, 4)} value={String(registers)} onChange={event => setRegisters(Number(event.target.value))} />
        <SelectField size="dense" name="digits" label={w.digits} options={counts(1, 9)} defaultValue={String(old?.digits ?? 5)} />
        <SelectField size="dense" name="decimals" label={w.decimals} options={counts(0, 3)} defaultValue={String(old?.decimals ?? 3)} />
        <Figures name="first" count={registers} one={w.first} many={w.firstN} />
      </div>
      <Field size="dense" name="act" label={w.act} hint={w.actHint} required minLength={3} maxLength={300} autoComplete="off" />
      {problem && <Notice tone="care" live="alert" actions={confirm ? <Button onClick={confirm}>{w.yes}</Button> : undefined}>{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.sending : null}>{old === null ? w.sendRegister : w.sendReplace}</Button></div>
    </form>
  )
}

function Figures({ name, count, one, many }: { name: string; count: number; one: string; many: string }) {
  return Array.from({ length: count }, (_, index) => (
    <Field key={index} size="dense" name={`${name}${index}`} inputMode="decimal" label={count > 1 ? fill(many, { n: index + 1 }) : one} required maxLength={20} autoComplete="off" />
  ))
}
