'use client'

import { useState, type FormEvent } from 'react'
import { OwnOfProvider, type OwnWords } from './own-of-provider.tsx'
import { blank, merchantOf, payPages, type Merchant } from './merchant-of.ts'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { sumToType, typedSum } from '#app/_parts/ledger/typed-sum.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import type { Provider } from '#server/payments/schema.ts'

export type MerchantWords = Record<'provider' | 'country' | 'UZ' | 'KZ' | 'scopeType' | 'OPERATOR' | 'ORGANISATION' | 'BUILDING' | 'scopeId' | 'scopeIdHint' | 'segment' | 'segmentHint' | 'externalId'
  | 'accountField' | 'mostAmount' | 'allowedAddresses' | 'allowedAddressesHint' | 'refunds' | 'ALLOWED' | 'FORBIDDEN' | 'payPage' | 'activeFrom' | 'activeTo' | 'activeToHint' | 'save' | 'saving' | 'wrong', string> & OwnWords
type Props = { merchant: Merchant | null; today: string; names: WordsRecord; words: MerchantWords }
type Part = { facts: Merchant; words: MerchantWords }

/** One contract: what every provider needs, then what only this one has. Whose it is and its address do not change later. */
export function MerchantForm({ merchant, today, names, words }: Props) {
  const [merchantId] = useState(() => merchant?.merchantId ?? newId())
  const [provider, setProvider] = useState<Provider>(merchant?.provider ?? 'payme')
  const { busy, problem, act, complain } = useAct()

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const read = merchantOf(name => String(given.get(name) ?? '').trim(), { merchantId, provider, merchant, mostAmount: typedSum(String(given.get('mostAmount') ?? '')) })
    if (!read.input) return complain(fill(words.wrong, { fields: read.wrong.map(name => words[name as keyof MerchantWords] ?? name).join(', ') }))
    await act(async () => {
      await call('payments.registerMerchant', read.input)
      return leave(`?merchant=${merchantId}`)
    })
  }

  const facts = merchant ?? blank(provider, today)
  const offered = Object.keys(payPages) as Provider[]
  return (
    <form onSubmit={event => void send(event)} className="flex flex-col gap-4">
      {!merchant && (
        <SelectField size="dense" label={words.provider} name="provider" value={provider} onChange={event => setProvider(offered.find(each => each === event.target.value) ?? 'payme')}
          options={offered.map(value => ({ value, label: String(names[value] ?? value) }))} />
      )}
      {!merchant && <WhoseHouses key={`${provider} houses`} facts={facts} words={words} />}
      <Common key={provider} facts={facts} words={words} />
      <OwnOfProvider facts={facts} words={words} />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? words.saving : null}>{words.save}</Button></div>
    </form>
  )
}

function WhoseHouses({ facts, words }: Part) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField size="dense" label={words.country} name="country" defaultValue={facts.country} options={[{ value: 'UZ', label: words.UZ }, { value: 'KZ', label: words.KZ }]} />
      <SelectField size="dense" label={words.scopeType} name="scopeType" defaultValue={facts.scopeType}
        options={[{ value: 'BUILDING', label: words.BUILDING }, { value: 'ORGANISATION', label: words.ORGANISATION }, { value: 'OPERATOR', label: words.OPERATOR }]} />
      <Field size="dense" label={words.scopeId} hint={words.scopeIdHint} name="scopeId" maxLength={300} autoComplete="off" />
      <Field size="dense" label={words.segment} hint={words.segmentHint} name="segment" required minLength={3} maxLength={40} autoComplete="off" autoCapitalize="none" />
    </div>
  )
}

function Common({ facts, words }: Part) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field size="dense" label={words.externalId} name="externalId" maxLength={100} autoComplete="off" defaultValue={facts.externalId} />
      <Field size="dense" label={words.accountField} name="accountField" required maxLength={30} autoComplete="off" autoCapitalize="none" defaultValue={facts.accountField} />
      <Field size="dense" label={words.mostAmount} name="mostAmount" required inputMode="decimal" maxLength={20} autoComplete="off" defaultValue={sumToType(facts.mostAmount)} />
      <Field size="dense" label={words.activeFrom} name="activeFrom" type="date" required defaultValue={facts.activeFrom} />
      <Field size="dense" label={words.activeTo} hint={words.activeToHint} name="activeTo" type="date" defaultValue={facts.activeTo ?? ''} />
      <Field size="dense" label={words.payPage} name="payPage" maxLength={200} autoComplete="off" defaultValue={facts.payPage} />
      <SelectField size="dense" label={words.refunds} name="refunds" defaultValue={facts.refunds} options={[{ value: 'ALLOWED', label: words.ALLOWED }, { value: 'FORBIDDEN', label: words.FORBIDDEN }]} />
      <TextArea label={words.allowedAddresses} hint={words.allowedAddressesHint} name="allowedAddresses" rows={3} maxLength={2500} defaultValue={facts.allowedAddresses.join('\n')} />
    </div>
  )
}
