'use client'
import { useState, type FormEvent } from 'react'
import { call, type OutputOf } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatDateTime, formatMoney, type Locale } from '#server/kernel/format.ts'

type Order = OutputOf<'statements.keptOrders'>[number]
type Words = Readonly<Record<'title' | 'note' | 'ours' | 'bank' | 'bankNone' | 'account' | 'place' | 'giveBack' | 'close' | 'words' | 'asked' | 'refused' | 'refusedSilent' | 'paid' | 'working' | 'done', string> & { differences: Record<string, string> }>
type Props = { locale: Locale; orders: readonly Order[]; words: Words }
type Act = 'place' | 'giveBack' | 'close'

/** Money that the bank has and our orders do not fit: each is placed, given back or explained; Tab and Enter are enough. */
export function KeptOrders({ locale, orders, words }: Props) {
  const [left, setLeft] = useState(orders)
  const [done, setDone] = useState(false)
  const decided = (order: Order) => {
    setLeft(before => before.filter(each => each.paymentId !== order.paymentId))
    setDone(true)
  }
  return (
    <Card title={words.title} note={words.note}>
      {done && <Notice tone="good" live="status">{words.done}</Notice>}
      <ul className="flex flex-col gap-4">
        {left.map(order => <li key={order.paymentId}><KeptOrder order={order} locale={locale} words={words} decided={() => decided(order)} /></li>)}
      </ul>
    </Card>
  )
}

function KeptOrder({ order, locale, words, decided }: { order: Order; locale: Locale; words: Words; decided: () => void }) {
  const { busy, problem, act } = useAct(async () => decided())
  const { buildingId, paymentId } = order
  const place = (number: string) => act(() => call('statements.assignOrder', { buildingId, paymentId, number: number.replace(/\D/g, '') }))
  const decide = (way: 'reverseOrder' | 'closeOrder') => (note: string) => act(() => call(`statements.${way}`, { buildingId, paymentId, note }))
  const open = (name: Act) => order.acts[name] === null
  return (
    <div className="flex flex-col gap-2">
      <p><b>{fill(words.ours, { number: order.number, sum: formatMoney(order.amount, order.currency, locale) })}</b>, {order.houseName}, {order.unitNumber}, {formatDateTime(order.openedAt)}</p>
      <p>{order.difference === null ? words.paid : words.differences[order.difference]}. {order.bankAmount === null || order.bankCurrency !== order.currency ? words.bankNone : fill(words.bank, { sum: formatMoney(order.bankAmount, order.currency, locale) })}.</p>
      {order.refundAsked && <p role="status">{words.asked}</p>}
      {order.refusal !== null && <p role="status">{order.refusal === '' ? words.refusedSilent : fill(words.refused, { said: words.differences[order.refusal] ?? order.refusal })}</p>}
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div className="flex flex-wrap items-end gap-4">
        {open('place') && <OneField name="number" label={words.account} act={words.place} value={order.accountNumber} numeric busy={busy && words.working} onSend={place} />}
        {open('giveBack') && <OneField name="back" label={words.words} act={words.giveBack} busy={busy && words.working} onSend={decide('reverseOrder')} />}
        {open('close') && <OneField name="close" label={words.words} act={words.close} busy={busy && words.working} onSend={decide('closeOrder')} />}
      </div>
    </div>
  )
}

type OneFieldProps = { name: string; label: string; act: string; value?: string; numeric?: boolean; busy: string | false; onSend: (text: string) => Promise<void> }

function OneField({ name, label, act, value = '', numeric = false, busy, onSend }: OneFieldProps) {
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void onSend(String(new FormData(event.currentTarget).get(name) ?? ''))
  }
  return (
    <form onSubmit={send} className="flex items-end gap-2">
      <Field size="dense" name={name} label={label} required minLength={3} maxLength={300} autoComplete="off" defaultValue={value} inputMode={numeric ? 'numeric' : 'text'} />
      <Button type="submit" busy={busy}>{act}</Button>
    </form>
  )
}
