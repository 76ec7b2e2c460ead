import type { OutputOf } from '#app/_client/trpc.ts'
import { registerMerchantInput, type Provider, type RegisterMerchantInput } from '#server/payments/schema.ts'

export type Merchant = OutputOf<'payments.merchants'>[number]
type Known = { merchantId: string; provider: Provider; merchant: Merchant | null; mostAmount: bigint | null }
type Read = { input: RegisterMerchantInput; wrong: [] } | { input: null; wrong: string[] }

/** Pages of the providers as their documents name them; a sandbox has another one. */
export const payPages: Readonly<Partial<Record<Provider, string>>> = {
  payme: 'https://checkout.paycom.uz', click: 'https://my.click.uz/services/pay', uzum: 'https://uzumbank.uz/open-service', paynet: '', kaspi: '', halyk: '',
}

/** What a new contract of this provider is filled with. */
export function blank(provider: Provider, today: string): Merchant {
  return {
    merchantId: '', provider, segment: '', country: provider === 'kaspi' || provider === 'halyk' ? 'KZ' : 'UZ', scopeType: 'BUILDING', scopeId: null, scopeName: null, shortAddress: false, externalId: '',
    accountField: provider === 'paynet' ? 'client_id' : 'ls', mostAmount: 10_000_000_000n, allowedAddresses: [], refunds: 'ALLOWED', answerFormat: 'JSON', payPage: payPages[provider] ?? '',
    activeFrom: today, activeTo: null, serviceId: '', merchantUserId: '', failureStatus: 400, failureCodeForm: 'TEXT', apiPage: provider === 'click' ? 'https://api.click.uz/v2/merchant' : '', sellerTin: '', fiscalItems: {}, halyk: null, keys: 0, testKeys: 0,
  }
}

/** What the form says, as the procedure wants it; or the names of the fields that say nothing of use. */
export function merchantOf(said: (name: string) => string, { merchantId, provider, merchant, mostAmount }: Known): Read {
  const whose = merchant ?? { segment: said('segment'), country: said('country'), scopeType: said('scopeType'), scopeId: idIn(said('scopeId')), shortAddress: false }
  const read = registerMerchantInput.safeParse({
    merchantId, provider, segment: whose.segment, country: whose.country, scopeType: whose.scopeType, scopeId: whose.scopeId, shortAddress: whose.shortAddress,
    externalId: said('externalId'), accountField: said('accountField'), mostAmount: mostAmount ?? 0n, allowedAddresses: said('allowedAddresses').split(/[\s,;]+/).filter(Boolean),
    refunds: said('refunds'), answerFormat: said('answerFormat') || 'JSON', payPage: said('payPage'), ...daysOf(said),
    serviceId: said('serviceId'), merchantUserId: said('merchantUserId'), failureStatus: Number(said('failureStatus') || 400), failureCodeForm: said('failureCodeForm') || 'TEXT',
    ...(provider === 'halyk' ? { halyk: terminalOf(said) } : {}),
    ...(provider === 'payme' || provider === 'click' ? { fiscalItems: { ...itemOf('ACCOUNT', said), ...itemOf('PROGRAMME', said) } } : {}),
    apiPage: said('apiPage').replace(/\/+$/, ''), sellerTin: said('sellerTin'),
  })
  return read.success ? { input: read.data, wrong: [] } : { input: null, wrong: [...new Set(read.error.issues.map(({ path }) => (named.includes(String(path[0])) ? fieldOf(String(path.at(-1))) : String(path[0]))))] }
}

/** The title of the line stands beside the title of the screen among the words. */
const fieldOf = (name: string) => (name === 'title' ? 'itemTitle' : name)

/** Settings of several fields: the field is named, not the whole. */
const named = ['halyk', 'fiscalItems']

const daysOf = (said: (name: string) => string) => ({ activeFrom: said('activeFrom'), activeTo: said('activeTo') || null })

function terminalOf(said: (name: string) => string) {
  return { clientId: said('clientId'), terminal: said('terminal'), tokenBase: said('tokenBase'), apiBase: said('apiBase'), pageScript: said('pageScript'), twoStage: said('twoStage') === 'yes' }
}

/** What a fiscal receipt says was sold; a code left empty: nothing is said. */
function itemOf(kind: 'ACCOUNT' | 'PROGRAMME', said: (name: string) => string) {
  const of = (name: string) => said(`${kind}.${name}`)
  return of('code') === '' ? {} : { [kind]: { title: of('title'), code: of('code'), packageCode: of('packageCode'), vatPercent: Number(of('vatPercent') || 'NaN') } }
}

/** The id in what was pasted: the address of a house's page will do. */
function idIn(text: string): string | null {
  if (text === '') return null
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0] ?? text
}
