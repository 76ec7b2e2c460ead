import 'server-only'
import { asService, openTransaction, serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { randomToken } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'
import type { DoorContext } from '#server/infra/http.ts'
import { log } from '#server/infra/log.ts'
import { texts } from '#server/infra/texts.ts'
import { isId } from '#server/kernel/ids.ts'
import { formatMoney, isLocale, type Locale } from '#server/kernel/format.ts'
import { postLinkOf, signIn } from './bank.ts'
import { orderFacts, personOfOrder, prolong, type OrderFacts } from './queries.ts'
import { paymentObject } from './rules.ts'

/** A card is typed for a while after its token was given. */
const graceSeconds = 600

/**
 * The step from our screen to the bank's: a token for the person's own live order, and the bank's library with what is to be
 * paid (payments.md 7.3). A page of its own, because only here a script of somebody else runs.
 */
export async function openBankPage(scope: RequestScope, { params }: Pick<DoorContext, 'params'>): Promise<Response> {
  const { locale = '', building = '', order: paymentId = '' } = params
  if (!isLocale(locale) || !isId(building) || !isId(paymentId)) return new Response(null, { status: 404 })
  const order = await openTransaction({ ...scope, locale }, ctx => ownOrder(ctx, { buildingId: building, paymentId }))
  return order === null ? Response.redirect(`${env.APP_URL}/${locale}/payments`, 303) : leave(order, locale)
}

async function leave(order: OrderFacts, locale: Locale): Promise<Response> {
  if (order.payment !== 'PENDING' || order.ended) return Response.redirect(`${env.APP_URL}/${locale}/pay/${order.account}`, 303)
  try {
    const token = await signIn(order)
    await serviceTransaction('payments', ctx => prolong(ctx, order, token.seconds + graceSeconds))
    return page(order, locale, token.token)
  } catch (error) {
    log.error({ err: error, number: order.number }, 'the page of Halyk could not be opened')
    return html(locale, order, { status: 503, script: '', policy: '' })
  }
}

async function ownOrder(ctx: Context, key: { buildingId: string; paymentId: string }): Promise<OrderFacts | null> {
  if (ctx.actor.personId === null) return null
  return asService(ctx, 'payments', async inner => (await personOfOrder(inner, key) === ctx.actor.personId ? orderFacts(inner, key) : null))
}

function page(order: OrderFacts, locale: Locale, token: unknown): Response {
  const here = `${env.APP_URL}/${locale}/pay/${order.account}`
  const given = paymentObject({
    ...order, locale, token, description: texts(locale)('payments.halyk.description', { number: order.account }),
    links: { back: `${here}?back=${order.intentId}`, failure: here, post: postLinkOf(order) },
  })
  const nonce = randomToken(16)
  // A closing tag inside a text of the bank would end the script.
  const text = JSON.stringify(given).replaceAll('<', '\\u003c')
  const script = `<script nonce="${nonce}" src="${escapeHtml(order.pageScript)}"></script><script nonce="${nonce}">halyk.pay(${text})</script>`
  const bank = [...new Set([order.pageScript, order.tokenBase, order.apiBase].map(address => new URL(address).origin)), 'https://*.homebank.kz'].join(' ')
  return html(locale, order, { status: 200, script, policy: `script-src 'nonce-${nonce}' 'strict-dynamic'; connect-src ${bank}; frame-src ${bank}; form-action ${bank}; img-src ${bank} data:; font-src ${bank}; style-src ${bank} 'unsafe-inline'` })
}

function html(locale: Locale, order: OrderFacts, { status, script, policy }: { status: number; script: string; policy: string }): Response {
  const t = texts(locale)
  const words = t(status === 200 ? 'payments.halyk.opening' : 'payments.halyk.silent', { sum: formatMoney(order.amount, order.currency, locale) })
  const body = `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(t('payments.providers.halyk'))}</title></head>`
    + `<body><main><h1>${escapeHtml(t('payments.providers.halyk'))}</h1><p role="status">${escapeHtml(words)}</p><p><a href="/${locale}/pay/${order.account}">${escapeHtml(t('payments.halyk.back'))}</a></p></main>${script}</body></html>`
  return new Response(body, { status, headers: {
    'content-type': 'text/html; charset=UTF-8', 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer',
    'content-security-policy': `default-src 'none'; base-uri 'none'; frame-ancestors 'none'${policy === '' ? '' : `; ${policy}`}`,
  } })
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
