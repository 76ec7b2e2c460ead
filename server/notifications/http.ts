import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import { sameText } from '#server/infra/crypto.ts'
import type { Door } from '#server/infra/http.ts'
import { gateways, callbackSecret } from '#server/notifications/sms/gateways.ts'
import { applyReport } from '#server/notifications/outbox/queries.ts'

/** Fields of a report: gateways send forms, JSON, or a query string. */
async function fieldsOf(request: Request): Promise<Record<string, string>> {
  const fields = new Map(new URL(request.url).searchParams)
  const text = await request.text()
  if (/json/i.test(request.headers.get('content-type') ?? '')) {
    const body: unknown = await Promise.resolve(text).then(JSON.parse).catch(() => null)
    if (body !== null && typeof body === 'object') for (const [name, value] of Object.entries(body)) fields.set(name, String(value))
  } else for (const [name, value] of new URLSearchParams(text)) fields.set(name, value)
  return Object.fromEntries(fields)
}

/** A gateway's report: believed only at its secret address and with its own proof; answered at once. */
async function handleReport(request: Request, params: Record<string, string>): Promise<Response> {
  const { provider = '', secret = '' } = params
  if (!sameText(secret, callbackSecret(provider))) return new Response(null, { status: 404 })
  const gateway = Object.values(gateways()).flat().find(each => each.name === provider)
  const report = gateway?.readCallback(await fieldsOf(request)) ?? null
  if (!gateway || report === null) return new Response(null, { status: 401 })
  await serviceTransaction('worker', ctx => applyReport(ctx, provider, report))
  return new Response('OK')
}

export const doors: Door[] = (['POST', 'GET'] as const).map(method => ({
  method, path: '/api/sms/:provider/:secret', handle: (request, { params }) => handleReport(request, params),
}))
