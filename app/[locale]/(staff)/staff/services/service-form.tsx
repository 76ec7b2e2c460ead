'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import { readService } from './read-service.ts'

type WordKey = 'service' | 'from' | 'fromHint' | 'method' | 'none' | 'volumeOf' | 'kinds' | 'seasonal' | 'common' | 'ground' | 'groundHint' | 'save' | 'saving' | 'missing'
export type ServiceFormWords = Record<WordKey, string>
type Choice = { value: string; label: string }
export type ServiceChoices = { services: readonly Choice[]; methods: Readonly<Record<string, readonly Choice[]>>; kinds: readonly Choice[]; volumes: readonly Choice[]; common: readonly Choice[]; /** Services whose common part may be shared. */ shared: readonly string[] }
type Now = { method: string | null; volumeOf: readonly string[]; kinds: readonly string[]; seasonal: boolean; commonSharedBy: string | null }
type Props = { buildingId: string; from: string; done: string; words: ServiceFormWords; choices: ServiceChoices; now: Readonly<Record<string, Now>> }

/** How a service is charged from a day on; begins with how it is charged now. One id, so that sending twice is one draft. */
export function ServiceForm({ buildingId, from, done, words: w, choices, now }: Props) {
  const [changeId] = useState(() => newId())
  const [service, setService] = useState(choices.services[0]?.value ?? '')
  const { busy, problem, act, complain } = useAct()

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const draft = readService(new FormData(event.currentTarget), { changeId, buildingId })
    if (draft === null) return complain(w.missing)
    await act(async () => {
      await call('billing.draftService', draft)
      return leave(`${done}&open=${changeId}`)
    })
  }

  return (
    <form onSubmit={event => void save(event)} className="flex max-w-3xl flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField size="dense" name="service" label={w.service} options={choices.services} value={service} onChange={event => setService(event.target.value)} />
        <Field size="dense" type="date" name="from" label={w.from} hint={w.fromHint} defaultValue={from} required />
      </div>
      <WayFields key={service} service={service} now={now[service] ?? null} words={w} choices={choices} />
      <Field size="dense" name="ground" label={w.ground} hint={w.groundHint} required minLength={3} maxLength={300} autoComplete="off" />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.saving : null}>{w.save}</Button></div>
    </form>
  )
}

type Part = { service: string; now: Now | null; words: ServiceFormWords; choices: ServiceChoices }

const fresh: Omit<Now, 'method'> = { volumeOf: ['COLD_WATER', 'HOT_WATER'], kinds: ['APARTMENT'], seasonal: true, commonSharedBy: null }

function WayFields({ service, now, words: w, choices }: Part) {
  const methods = choices.methods[service] ?? []
  const [method, setMethod] = useState(now?.method ?? methods[0]?.value ?? '')
  return (
    <>
      <SelectField size="dense" name="method" label={w.method} options={[...methods, { value: 'NONE', label: w.none }]} value={method} onChange={event => setMethod(event.target.value)} />
      {method !== 'NONE' && <Details service={service} now={now ?? { ...fresh, method }} metered={method === 'METER'} words={w} choices={choices} />}
    </>
  )
}

function Details({ service, now, metered, words: w, choices }: Part & { now: Now; metered: boolean }) {
  return (
    <>
      {metered && service === 'SEWERAGE' && <Checks name="volumeOf" label={w.volumeOf} options={choices.volumes} on={now.volumeOf.length === 0 ? fresh.volumeOf : now.volumeOf} />}
      <Checks name="kinds" label={w.kinds} options={choices.kinds} on={now.kinds} />
      {metered && choices.shared.includes(service) && <SelectField size="dense" name="common" label={w.common} options={choices.common} defaultValue={now.commonSharedBy ?? ''} />}
      {service === 'HEAT' && <CheckField name="seasonal" label={w.seasonal} defaultChecked={now.seasonal} />}
    </>
  )
}

function Checks({ name, label, options, on }: { name: string; label: string; options: readonly Choice[]; on: readonly string[] }) {
  return (
    <fieldset>
      <legend className="font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-6">{options.map(each => <CheckField key={each.value} name={name} value={each.value} label={each.label} defaultChecked={on.includes(each.value)} />)}</div>
    </fieldset>
  )
}
