'use client'

import { useState, type ReactNode } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { sumToType, typedSum } from '#app/_parts/ledger/typed-sum.ts'
import { CoverParts } from '#app/_parts/payments/cover-parts.tsx'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { formatMoney, type Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { Provider } from '#server/payments/schema.ts'
import { splitPayment, type AllocationRule, type FundAmount } from '#server/payments/split/rules.ts'

export type PayWords = Record<'amount' | 'amountHint' | 'amountWrong' | 'amountOutside' | 'covers' | 'pay' | 'opening', string>
  & { kaspi: StepWords; paynet: StepWords; providers: WordsRecord; funds: WordsRecord }
type StepWords = Record<'title' | 'number' | 'step1' | 'step2' | 'step3', string>
type Merchant = { provider: Provider; least: bigint; most: bigint; service: string }
type Props = { number: string; due: bigint; exact: bigint | null; currency: Currency; locale: Locale; merchants: readonly Merchant[]; /** Of what a typed sum covers: what is owed, the order, and the order in words. */ split: Split | null; words: PayWords }
type Split = { owed: readonly FundAmount[]; rule: AllocationRule; order: ReactNode }

/** The sum and the way to the provider; an instalment has its exact sum and no field. */
export function PayForm({ number, due, exact, currency, locale, merchants, split, words }: Props) {
  const [typed, setTyped] = useState(due > 0n ? sumToType(due) : '')
  const [intent, setIntent] = useState<{ id: string; chosen: Provider | null; steps: Merchant | null }>({ id: newId(), chosen: null, steps: null })
  const { busy, problem, act, complain } = useAct()
  const amount = exact ?? typedSum(typed)

  function pay(merchant: Merchant) {
    const wrong = problemOf(amount, merchant)
    if (amount === null || wrong) {
      complain(wrong)
      return document.getElementById('amount')?.focus()
    }
    const going = { ...intent, chosen: merchant.provider }
    setIntent(going)
    void act(async () => {
      const { href } = await call('payments.openIntent', { intentId: intent.id, number, amount, provider: merchant.provider }).catch((error: unknown) => {
        setIntent({ ...going, id: newId() })
        throw error
      })
      if (href !== null) return leave(href)
      setIntent({ ...going, steps: merchant })
    })
  }
  function problemOf(sum: bigint | null, { least, most }: Merchant): string {
    if (sum === null) return words.amountWrong
    const money = (value: bigint) => formatMoney(value, currency, locale)
    return sum < least || sum > most ? fill(words.amountOutside, { least: money(least), most: money(most) }) : ''
  }
  const sum = amount === null ? '' : formatMoney(amount, currency, locale)
  const [first, ...others] = merchants
  const payWith = ({ provider }: Merchant) => fill(words.pay, { sum, provider: String(words.providers[provider] ?? provider) })
  const isBusy = ({ provider }: Merchant) => busy && intent.chosen === provider ? words.opening : null
  return (
    <form className="flex flex-col gap-4" onSubmit={event => { event.preventDefault(); if (first) pay(first) }}>
      {exact === null && <Field id="amount" label={words.amount} hint={words.amountHint} error={problem?.message} size="figures" inputMode="decimal" autoComplete="off" name="amount"
        value={typed} onChange={event => { setTyped(event.target.value); complain(''); setIntent({ ...intent, id: newId() }) }} />}
      {split && amount !== null && (
        <Sheet summary={fill(words.covers, { sum })}>
          <CoverParts parts={splitPayment(split.owed, amount, split.rule)} words={words.funds} currency={currency} locale={locale} />
          {split.order}
        </Sheet>
      )}
      {exact !== null && problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {intent.steps && <Steps number={number} merchant={intent.steps} words={intent.steps.provider === 'paynet' ? words.paynet : words.kaspi} />}
      <ActBar>{first && <Button type="submit" kind="main" wide busy={isBusy(first)}>{payWith(first)}</Button>}</ActBar>
      {others.length > 0 && (
        <div className="flex flex-col gap-2">
          {others.map(merchant => <Button key={merchant.provider} wide busy={isBusy(merchant)} onClick={() => pay(merchant)}>{payWith(merchant)}</Button>)}
        </div>
      )}
    </form>
  )
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
