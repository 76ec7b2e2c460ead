import type { Merchant } from './merchant-of.ts'
import { Field, SelectField } from '#app/_ui/field.tsx'

export type OwnWords = Record<'serviceId' | 'merchantUserId' | 'answerFormat' | 'apiPage' | 'apiPageHint' | 'sellerTin' | 'failureStatus' | 'failureCodeForm' | 'TEXT' | 'NUMBER' | 'clientId' | 'terminal' | 'tokenBase' | 'apiBase' | 'pageScript' | 'twoStage'
  | 'oneStep' | 'twoSteps' | 'ACCOUNT' | 'PROGRAMME' | 'fiscalHint' | 'itemTitle' | 'code' | 'packageCode' | 'vatPercent', string>
type Part = { facts: Merchant; words: OwnWords }

/** What only this provider needs. */
export function OwnOfProvider({ facts, words }: Part) {
  const { provider } = facts
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {['click', 'uzum', 'paynet'].includes(provider) && (
        <Field size="dense" label={words.serviceId} name="serviceId" required={provider !== 'paynet'} pattern="\d{1,19}" inputMode="numeric" autoComplete="off" defaultValue={facts.serviceId} />
      )}
      {provider === 'click' && <Field size="dense" label={words.merchantUserId} name="merchantUserId" pattern="\d{0,19}" inputMode="numeric" autoComplete="off" defaultValue={facts.merchantUserId} />}
      {provider === 'kaspi' && <SelectField size="dense" label={words.answerFormat} name="answerFormat" defaultValue={facts.answerFormat} options={[{ value: 'JSON', label: 'JSON' }, { value: 'XML', label: 'XML' }]} />}
      {provider === 'uzum' && (
        <>
          <SelectField size="dense" label={words.failureStatus} name="failureStatus" defaultValue={String(facts.failureStatus)} options={[{ value: '400', label: '400' }, { value: '200', label: '200' }]} />
          <SelectField size="dense" label={words.failureCodeForm} name="failureCodeForm" defaultValue={facts.failureCodeForm} options={[{ value: 'TEXT', label: words.TEXT }, { value: 'NUMBER', label: words.NUMBER }]} />
        </>
      )}
      {provider === 'halyk' && <Terminal facts={facts} words={words} />}
      {provider === 'click' && <OwnApi facts={facts} words={words} />}
      {(provider === 'payme' || provider === 'click') && (['ACCOUNT', 'PROGRAMME'] as const).map(kind => <FiscalLine key={kind} kind={kind} facts={facts} words={words} />)}
    </div>
  )
}

/** Where and as whom the bank is asked; the secret goes among the keys. */
function Terminal({ facts: { halyk }, words }: Part) {
  const text = (name: 'clientId' | 'terminal' | 'tokenBase' | 'apiBase' | 'pageScript', most: number) => (
    <Field size="dense" label={words[name]} name={name} required maxLength={most} autoComplete="off" autoCapitalize="none" defaultValue={halyk?.[name] ?? (name === 'tokenBase' ? 'https://epay-oauth.homebank.kz' : '')} />
  )
  return (
    <>
      {text('clientId', 100)}
      {text('terminal', 100)}
      {text('tokenBase', 200)}
      {text('apiBase', 200)}
      {text('pageScript', 200)}
      <SelectField size="dense" label={words.twoStage} name="twoStage" defaultValue={halyk?.twoStage ? 'yes' : 'no'} options={[{ value: 'no', label: words.oneStep }, { value: 'yes', label: words.twoSteps }]} />
    </>
  )
}

/** Click issues the fiscal receipt when we tell it through its own API what was sold. */
function OwnApi({ facts: { apiPage, sellerTin }, words }: Part) {
  return (
    <>
      <Field size="dense" label={words.apiPage} hint={words.apiPageHint} name="apiPage" maxLength={200} autoComplete="off" autoCapitalize="none" defaultValue={apiPage} />
      <Field size="dense" label={words.sellerTin} name="sellerTin" pattern="\d{9}" inputMode="numeric" autoComplete="off" defaultValue={sellerTin} />
    </>
  )
}

/** The line of a fiscal receipt; without a code the provider is told nothing. */
function FiscalLine({ kind, facts, words }: Part & { kind: 'ACCOUNT' | 'PROGRAMME' }) {
  const item = facts.fiscalItems[kind]
  return (
    <fieldset className="grid gap-3 sm:col-span-2 sm:grid-cols-4">
      <legend className="text-small text-note">{words[kind]}. {words.fiscalHint}</legend>
      <Field size="dense" label={words.itemTitle} name={`${kind}.title`} maxLength={63} autoComplete="off" defaultValue={item?.title ?? ''} />
      <Field size="dense" label={words.code} name={`${kind}.code`} pattern="\d{17}" inputMode="numeric" autoComplete="off" defaultValue={item?.code ?? ''} />
      <Field size="dense" label={words.packageCode} name={`${kind}.packageCode`} pattern="\d{1,20}" inputMode="numeric" autoComplete="off" defaultValue={item?.packageCode ?? ''} />
      <Field size="dense" label={words.vatPercent} name={`${kind}.vatPercent`} pattern="\d{1,3}" inputMode="numeric" autoComplete="off" defaultValue={item === undefined ? '' : String(item.vatPercent)} />
    </fieldset>
  )
}
