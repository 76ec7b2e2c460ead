'use client'
import { useState, type FormEvent } from 'react'
import { call, type OutputOf } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { formatDate, formatMoney, type Locale } from '#server/kernel/format.ts'
import { rejectReasons } from '#server/payments/statements/schema.ts'
import { SplitForm } from './split-form.tsx'
import type { WorklistWords } from './worklist-words.ts'

export type Line = OutputOf<'statements.worklist'>['rows'][number]
type Props = { line: Line; locale: Locale; words: WorklistWords; busy: boolean; act: (work: () => Promise<unknown>) => Promise<void> }

/** The line in hand: what is known of it, hints, and the four things that can be done with it. */
export function LineActs({ line, locale, words, busy, act: run }: Props) {
  const [doing, setDoing] = useState<'assign' | 'reject' | 'split'>('assign')
  const key = { buildingId: line.buildingId, statementId: line.statementId, row: line.row }
  return (
    <div className="flex flex-col gap-3">
      <p><b>{formatMoney(line.amount, line.currency, locale)}</b>, {[formatDate(line.date), line.partyName].filter(Boolean).join(', ')}</p>
      <p className="break-words">{line.purpose}</p>
      <p>{words.steps[line.problem ?? '']}</p>
      <p className="text-note">{words.problems[line.problem ?? '']}. {[line.houseName, line.fileName, line.document && `${words.document} ${line.document}`].filter(Boolean).join(', ')}</p>
      <KnownPayment line={line} locale={locale} words={words} busy={busy} link={paymentId => void run(() => call('statements.linkLine', { ...key, paymentId }))} />
      {line.problem === 'LUMP_TOO_LARGE' && <div><Button hotkey="p" disabled={busy} onClick={() => void run(() => call('statements.postLump', key))}>{words.postLump}</Button></div>}
      <Hints line={line} words={words} busy={busy} take={number => void run(() => call('statements.assignLine', { ...key, number }))} />
      {doing === 'assign' && <AssignForm words={words} busy={busy} number={line.number ?? ''} onSend={number => void run(() => call('statements.assignLine', { ...key, number }))} />}
      {doing === 'reject' && <RejectForm words={words} busy={busy} onSend={(reason, note) => void run(() => call('statements.rejectLine', { ...key, reason, note }))} />}
      {doing === 'split' && <SplitForm words={words} busy={busy} whole={line.amount} money={amount => formatMoney(amount, line.currency, locale)} onSend={parts => void run(() => call('statements.splitLine', { ...key, parts }))} />}
      <div className="flex flex-wrap gap-2">
        {doing !== 'assign' && <Button onClick={() => setDoing('assign')}>{words.cancel}</Button>}
        {doing !== 'reject' && <Button hotkey="n" onClick={() => setDoing('reject')}>{words.notOurs}</Button>}
        {doing !== 'split' && <Button hotkey="s" onClick={() => setDoing('split')}>{words.split}</Button>}
      </div>
    </div>
  )
}

/** The payment that this money may be, or was: one that still stands can be said to be it. */
function KnownPayment({ line, locale, words, busy, link }: Omit<Props, 'act'> & { link: (paymentId: string) => void }) {
  const { known } = line
  if (!known) return null
  return (
    <div className="flex flex-col items-start gap-2">
      <p>{fill(words.known, { provider: words.providers[known.provider] ?? known.provider, date: formatDate(known.valueDate), number: known.number })}, {fill(words.flat, { unit: known.unitNumber })}, {formatMoney(known.amount, line.currency, locale)}</p>
      {known.state === 'REFUNDED' && <p>{words.givenBack}{line.note !== '' && ` ${line.note}`}</p>}
      {known.state === 'PAID' && known.amount === line.amount && <Button hotkey="l" disabled={busy} onClick={() => link(known.paymentId)}>{words.link}</Button>}
    </div>
  )
}

const letters = ['a', 'b', 'c']

function Hints({ line, words, busy, take }: { line: Line; words: WorklistWords; busy: boolean; take: (number: string) => void }) {
  if (line.hints.length === 0) return <p className="text-note">{words.noHints}</p>
  return (
    <div className="flex flex-col gap-1">
      <h2 className="font-medium">{words.hints}</h2>
      {line.hints.map((hint, index) => (
        <p key={hint.number} className="flex flex-wrap items-center gap-2">
          <Button hotkey={letters[index]} disabled={busy} onClick={() => take(hint.number)}>{fill(words.take, { number: hint.number })}</Button>
          <span>{fill(words.flat, { unit: hint.unitNumber })}: {hint.signs.map(sign => words.signs[sign]).join(', ')}</span>
        </p>
      ))}
    </div>
  )
}

function AssignForm({ words, busy, number, onSend }: { words: WorklistWords; busy: boolean; number: string; onSend: (number: string) => void }) {
  const [wrong, setWrong] = useState(false)
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = String(new FormData(event.currentTarget).get('number') ?? '').replace(/\D/g, '')
    setWrong(typed.length !== 10)
    if (typed.length === 10) onSend(typed)
  }
  return (
    <form onSubmit={send} className="flex items-end gap-2">
      <Field size="dense" name="number" label={words.number} error={wrong && words.tenDigits} inputMode="numeric" autoComplete="off" required defaultValue={number} data-search maxLength={14} />
      <Button type="submit" kind="main" busy={busy && words.working}>{words.assign}</Button>
    </form>
  )
}

function RejectForm({ words, busy, onSend }: { words: WorklistWords; busy: boolean; onSend: (reason: (typeof rejectReasons)[number], note: string) => void }) {
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const reason = rejectReasons.find(each => each === form.get('reason'))
    if (reason) onSend(reason, String(form.get('note') ?? ''))
  }
  return (
    <form onSubmit={send} className="flex flex-col gap-2">
      <SelectField size="dense" name="reason" label={words.reason} autoFocus options={rejectReasons.map(reason => ({ value: reason, label: words.reasons[reason] ?? reason }))} />
      <Field size="dense" name="note" label={words.words} required minLength={3} maxLength={300} autoComplete="off" />
      <div><Button type="submit" kind="main" busy={busy && words.working}>{words.reject}</Button></div>
    </form>
  )
}
