'use client'

import { useEffect, useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatMoney, type Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import type { Currency } from '#server/kernel/money.ts'
import { parseDecimal, priceOf } from '#server/kernel/quantity.ts'
import type { Provider } from '#server/payments/schema.ts'

export type PayWords = Record<'amount' | 'amountHint' | 'amountWrong' | 'amountOutside' | 'pay' | 'opening' | 'noNetwork', string>
  & { kaspi: StepWords; paynet: StepWords; providers: WordsRecord }
type StepWords = Record<'title' | 'number' | 'step1' | 'step2' | 'step3', string>
type Merchant = { provider: Provider; least: bigint; most: bigint; service: string }
type Props = { number: string; due: bigint; exact: bigint | null; currency: Currency; locale: Locale; merchants: readonly Merchant[]; words: PayWords }

/** The sum and the way to the provider; an instalment has its exact sum and no field. */
export function PayForm({ number, due, exact, currency, locale, merchants, words }: Props) {
  const [typed, setTyped] = useState(due > 0n ? `${due / 100n}${due % 100n === 0n ? '' : `,${String(due % 100n).padStart(2, '0')}`}` : '')
  const [state, setState] = useState<{ busy: Provider | null; message: string; steps: Merchant | null; id: string }>({ busy: null, message: '', steps: null, id: newId() })
  const amount = exact ?? amountOf(typed)
  // Coming back from the provider with the phone's own Back button shows the page as it was left, its button still busy.
  useEffect(() => {
    const shown = () => setState(before => ({ ...before, busy: null }))
    window.addEventListener('pageshow', shown)
    return () => window.removeEventListener('pageshow', shown)
  }, [])

  async function leave(merchant: Merchant): Promise<void> {
    const problem = problemOf(amount, merchant)
    if (amount === null || problem) {
      setState({ ...state, busy: null, message: problem })
      return document.getElementById('amount')?.focus()
    }
    setState({ ...state, busy: merchant.provider, message: '' })
    try {
      const { href } = await call('payments.openIntent', { intentId: state.id, number, amount, provider: merchant.provider })
      if (href !== null) return location.assign(href)
      setState({ busy: null, message: '', steps: merchant, id: state.id })
    } catch (error) {
      setState({ ...state, busy: null, message: (error instanceof CallError && error.message) || words.noNetwork, id: newId() })
    }
  }
  function problemOf(sum: bigint | null, { least, most }: Merchant): string {
    if (sum === null) return words.amountWrong
    const money = (value: bigint) => formatMoney(value, currency, locale)
    return sum < least || sum > most ? fill(words.amountOutside, { least: money(least), most: money(most) }) : ''
  }
  const sum = amount === null ? '' : formatMoney(amount, currency, locale)
  const [first, ...others] = merchants
  const payWith = ({ provider }: Merchant) => fill(words.pay, { sum, provider: String(words.providers[provider] ?? provider) })
  return (
    <form className="flex flex-col gap-4" onSubmit={event => { event.preventDefault(); if (first) void leave(first) }}>
      {exact === null && <Field id="amount" label={words.amount} hint={words.amountHint} error={state.message || undefined} size="figures" inputMode="decimal" autoComplete="off" name="amount"
        value={typed} onChange={event => { setTyped(event.target.value); setState({ ...state, message: '', id: newId() }) }} />}
      {exact !== null && state.message && <Notice tone="care" live="alert">{state.message}</Notice>}
      {state.steps && <Steps number={number} merchant={state.steps} words={state.steps.provider === 'paynet' ? words.paynet : words.kaspi} />}
      <ActBar>{first && <Button type="submit" kind="main" wide busy={state.busy === first.provider ? words.opening : null}>{payWith(first)}</Button>}</ActBar>
      {others.length > 0 && (
        <div className="flex flex-col gap-2">
          {others.map(merchant => <Button key={merchant.provider} wide busy={state.busy === merchant.provider ? words.opening : null} onClick={() => void leave(merchant)}>{payWith(merchant)}</Button>)}
        </div>
      )}
    </form>
  )
}

/** Minor units of what was typed; null when it is no sum. */
function amountOf(typed: string): bigint | null {
  const decimal = parseDecimal(typed)
  if (decimal === null || decimal.startsWith('-')) return null
  const amount = priceOf(decimal, '1')
  return amount > 0n ? amount : null
}

/** Providers whose own application, or terminal, the person goes to. */
function Steps({ number, merchant, words }: { number: string; merchant: Merchant; words: StepWords }) {
  return (
    <Notice tone="info" title={words.title} live="status">
      <p>{words.number}: <strong className="figures">{number}</strong></p>
      <ol className="list-decimal ps-6"><li>{words.step1}</li><li>{fill(words.step2, { service: merchant.service })}</li><li>{words.step3}</li></ol>
    </Notice>
  )
}
