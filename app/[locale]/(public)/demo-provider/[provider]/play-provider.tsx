'use client'

import { useRef, useState } from 'react'
import { callsOf, type DemoKeys, type ProviderActs, type ProviderCall } from './provider-calls.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { formatMoney, type Locale } from '#server/kernel/format.ts'
import type { Provider } from '#server/payments/schema.ts'

export type PlayWords = Record<'number' | 'amount' | 'check' | 'accept' | 'pay' | 'finish' | 'cancel' | 'repeat' | 'working' | 'back' | 'calls' | 'noCalls' | 'sent' | 'got' | 'done' | 'refused' | 'noNetwork' | 'name', string>
type Props = { provider: Provider; keys: DemoKeys; locale: Locale; number: string; amount: bigint; returnTo: string; words: PlayWords }
type Said = { sent: string; got: string }

/** Buttons of a provider: each makes the very calls the provider makes, and shows what was sent and what came. */
export function PlayProvider({ provider, keys, locale, number, amount, returnTo, words }: Props) {
  const [order, setOrder] = useState({ number, amount: amount.toString() })
  const [calls, setCalls] = useState<Said[]>([])
  const [state, setState] = useState({ busy: false, said: '', ok: false })
  const last = useRef<ProviderCall[]>([])
  const made = useRef<ProviderActs | null>(null)
  const acts = () => (made.current ??= callsOf(provider, keys))

  async function run(wanted: ProviderCall[]): Promise<void> {
    if (state.busy) return
    last.current = wanted
    setState({ busy: true, said: '', ok: false })
    let ok = true
    for (const each of wanted) {
      const { address, init, shown } = each.ask()
      const answer = await fetch(address, init).then(response => response.text(), () => words.noNetwork)
      ok = each.hear(answer)
      setCalls(before => [...before, { sent: shown, got: answer }])
      if (!ok) break
    }
    setState({ busy: false, said: ok ? words.done : words.refused, ok })
  }
  const currency = provider === 'kaspi' || provider === 'halyk' ? 'KZT' : 'UZS'
  // Kaspi and Paynet pay in one step; Kaspi's is taken back by letter.
  const steps = provider !== 'kaspi' && provider !== 'paynet'
  const sum = /^\d+$/.test(order.amount) ? BigInt(order.amount) : 0n
  const ask = { number: order.number.replace(/\D/g, ''), amount: sum }
  return (
    <form className="flex flex-col gap-4" onSubmit={event => { event.preventDefault(); void run(acts().pay(ask)) }}>
      <Field label={words.number} inputMode="numeric" autoComplete="off" value={order.number} onChange={event => { made.current = null; setOrder({ ...order, number: event.target.value }) }} />
      <Field label={words.amount} hint={formatMoney(sum, currency, locale)} inputMode="numeric" autoComplete="off" value={order.amount}
        onChange={event => { made.current = null; setOrder({ ...order, amount: event.target.value }) }} />
      {state.said && <Notice tone={state.ok ? 'good' : 'care'} live="status">{state.said}</Notice>}
      <Button type="submit" kind="main" wide busy={state.busy ? words.working : null}>{fill(words.pay, { sum: formatMoney(sum, currency, locale) })}</Button>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void run(acts().check(ask))}>{words.check}</Button>
        {steps && <Button onClick={() => void run(acts().accept(ask))}>{words.accept}</Button>}
        {steps && <Button onClick={() => void run(acts().finish(ask))}>{words.finish}</Button>}
        {provider !== 'kaspi' && <Button onClick={() => void run(acts().cancel(ask))}>{words.cancel}</Button>}
        <Button onClick={() => void run(last.current)} disabled={calls.length === 0}>{words.repeat}</Button>
      </div>
      <LinkButton href={returnTo} wide kind={state.ok ? 'main' : 'plain'}>{words.back}</LinkButton>
      <Sheet summary={words.calls}>
        {calls.length === 0 && <p className="text-note">{words.noCalls}</p>}
        {calls.map((each, index) => (
          <div key={index} className="text-small"><p className="text-note">{words.sent}</p><p className="break-all">{each.sent}</p><p className="text-note">{words.got}</p><p className="break-all">{each.got}</p></div>
        ))}
      </Sheet>
    </form>
  )
}
