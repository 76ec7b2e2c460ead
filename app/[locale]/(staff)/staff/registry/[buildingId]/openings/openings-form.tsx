'use client'

import { useState, type FormEvent } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Progress } from '#app/_ui/progress.tsx'
import { formatMoney, type Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import type { Currency } from '#server/kernel/money.ts'
import { openingFunds, readOpenings, type OpeningRow, type ReadOpenings } from './read-openings.ts'

type Problems = Record<'account' | 'opened' | 'twice' | 'sum' | 'cells', string>
export type OpeningsWords = Record<'rows' | 'rowsHint' | 'read' | 'found' | 'empty' | 'wrongTitle' | 'wrongRow' | 'post' | 'posting' | 'progress' | 'refusedRow' | 'done' | 'again' | 'basis' | 'basisHint' | 'closesOn' | 'open' | 'opening', string> & { problems: Problems }

type Props = { accounts: readonly { number: string; opened: bigint | null }[]; currency: Currency; locale: Locale; words: OpeningsWords }

/** Balances of the keeper before us: pasted, read, looked at, and posted account by account; what was posted stays posted. */
export function OpeningsForm({ accounts, currency, locale, words: w }: Props) {
  const [read, setRead] = useState<ReadOpenings | null>(null)
  const [posted, setPosted] = useState<{ done: number; refused: string[] } | null>(null)
  const { busy, act } = useAct()

  const look = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setRead(readOpenings(String(new FormData(event.currentTarget).get('rows') ?? ''), openingFunds[currency], accounts))
  }
  const post = (rows: readonly OpeningRow[]) => act(async () => {
    const so: { done: number; refused: string[] } = { done: 0, refused: [] }
    for (const { row, number, lines } of rows) {
      try {
        await call('ledger.postOpening', { transactionId: newId(), number, lines })
        so.done += 1
      } catch (error) {
        so.refused.push(fill(w.refusedRow, { row, number, said: error instanceof CallError ? error.message : '' }))
      }
      setPosted({ done: so.done, refused: [...so.refused] })
    }
  })

  if (posted !== null && read !== null) {
    const all = read.rows.length
    const over = !busy && posted.done + posted.refused.length === all
    return (
      <div className="flex flex-col gap-3">
        <Progress label={w.posting} share={(posted.done + posted.refused.length) / all} text={fill(w.progress, { done: posted.done, all })} />
        {posted.refused.length > 0 && <Notice tone="care" live="alert"><ul>{posted.refused.slice(0, 40).map(each => <li key={each}>{each}</li>)}</ul></Notice>}
        {over && <Notice tone={posted.refused.length === 0 ? 'good' : 'info'} live="status">{fill(w.done, { done: posted.done })}</Notice>}
        {over && <div><Button onClick={() => void leave()}>{w.again}</Button></div>}
      </div>
    )
  }
  return (
    <form onSubmit={look} className="flex max-w-3xl flex-col gap-3">
      <TextArea name="rows" label={w.rows} hint={w.rowsHint} rows={8} required maxLength={200_000} onChange={() => setRead(null)} />
      {read && <Found read={read} currency={currency} locale={locale} words={w} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit">{w.read}</Button>
        {read && read.wrong.length === 0 && read.rows.length > 0 && <Button kind="main" busy={busy && w.posting} onClick={() => void post(read.rows)}>{fill(w.post, { count: read.rows.length })}</Button>}
      </div>
    </form>
  )
}

function Found({ read, currency, locale, words: w }: { read: ReadOpenings; currency: Currency; locale: Locale; words: OpeningsWords }) {
  const money = (amount: bigint) => formatMoney(amount, currency, locale)
  const owed = read.rows.reduce((sum, each) => each.total > 0n ? sum + each.total : sum, 0n)
  const ahead = read.rows.reduce((sum, each) => each.total < 0n ? sum - each.total : sum, 0n)
  return (
    <>
      <p role="status">{fill(w.found, { count: read.rows.length, owed: money(owed), ahead: money(ahead) })} {read.empty > 0 && fill(w.empty, { count: read.empty })}</p>
      {read.wrong.length > 0 && (
        <Notice tone="care" live="alert" title={w.wrongTitle}>
          <ul>{read.wrong.slice(0, 20).map(each => <li key={each.row}>{fill(w.wrongRow, { row: each.row, text: each.text, problem: w.problems[each.problem] })}</li>)}</ul>
        </Notice>
      )}
    </>
  )
}

/** The operator lets balances in, on a paper and for two months at most. */
export function WindowForm({ buildingId, today, last, words: w }: { buildingId: string; today: string; last: string; words: OpeningsWords }) {
  const [windowId] = useState(() => newId())
  const { busy, problem, act } = useAct(leave)
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '').trim()
    void act(() => call('ledger.openMigrationWindow', { buildingId, windowId, closesOn: said('closesOn'), basis: said('basis') }))
  }
  return (
    <form onSubmit={send} className="flex max-w-3xl flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field size="dense" name="basis" label={w.basis} hint={w.basisHint} required minLength={3} maxLength={300} autoComplete="off" />
        <Field size="dense" type="date" name="closesOn" label={w.closesOn} min={today} max={last} defaultValue={last} required />
      </div>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.opening : null}>{w.open}</Button></div>
    </form>
  )
}
