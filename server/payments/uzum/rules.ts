// Uzum Bank's webhooks as payments.md 4 has them: five POST addresses, JSON, Basic; a failure is HTTP 400 with its code.

export const uzumMethods = ['check', 'create', 'confirm', 'reverse', 'status'] as const
export type UzumMethod = (typeof uzumMethods)[number]
export type UzumCall = { method: UzumMethod; serviceId: string | null; transId: string | null; moment: number | null; amount: number | null; params: Record<string, unknown> | null }
export type UzumRead = { call: UzumCall; refusal: string | null }

/** What became of a call, beside how its merchant wants failures told. */
export type UzumAnswer = { answer: string; failureStatus: number; codeForm: string }

const failureTimes: Record<UzumMethod, string> = { check: 'timestamp', create: 'transTime', confirm: 'confirmTime', reverse: 'reverseTime', status: 'transTime' }

/** The call in the body and the refusal ('10005') that it earns once its rights are judged. */
export function readCall(method: UzumMethod, body: string | null): UzumRead {
  const parsed = parse(body)
  if (!isObject(parsed)) return { call: { method, serviceId: null, transId: null, moment: null, amount: null, params: null }, refusal: '10002' }
  const { serviceId, transId, timestamp, amount, params } = parsed
  const call: UzumCall = {
    method, serviceId: typeof serviceId === 'string' || typeof serviceId === 'number' ? String(serviceId).slice(0, 40) : null, transId: transIdOf(transId),
    moment: wholeOf(timestamp, 0, 1e14), amount: wholeOf(amount, 1, Number.MAX_SAFE_INTEGER), params: isObject(params) ? params : null,
  }
  return { call, refusal: lacks(call, amount) ? '10005' : null }
}

function transIdOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 64 ? value : null
}

function wholeOf(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most ? value : null
}

function lacks(call: UzumCall, amount: unknown): boolean {
  if (call.serviceId === null || call.moment === null) return true
  if (call.method !== 'check' && call.transId === null) return true
  if (call.method === 'create' && (amount === undefined || amount === null)) return true
  return (call.method === 'check' || call.method === 'create') && call.params === null
}

/** Whole numbers beyond 2^53 stay the text they came as. */
function parse(body: string | null): unknown {
  const exact = (...[, value, context]: [key: string, value: unknown, context?: { source?: string }]) =>
    (typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(context?.source ?? '') ? context?.source : value)
  try {
    return JSON.parse(body ?? '', exact)
  } catch {
    return undefined
  }
}

/** 'login:password' of a Basic header; null when it is something else. */
export function loginOf(authorization: string): string | null {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)
  if (!match?.[1]) return null
  const text = Buffer.from(match[1], 'base64').toString()
  return text.includes(':') ? text : null
}

export function wordAnswer(call: UzumCall, { answer, codeForm }: UzumAnswer): string {
  const ids = [`"serviceId":${serviceOf(call.serviceId)}`, ...(call.method === 'check' || call.transId === null ? [] : [`"transId":${JSON.stringify(call.transId)}`])].join(',')
  if (answer.startsWith('R')) return `{${ids},${answer.slice(1)}}`
  const [code = '', at = ''] = answer.slice(1).split('|')
  const time = `"${failureTimes[call.method]}":${/^\d+$/.test(at) ? at : 'null'}`
  return `{${ids},${time},"status":"FAILED","errorCode":${codeForm === 'NUMBER' ? code : JSON.stringify(code)}}`
}

function serviceOf(serviceId: string | null): string {
  if (serviceId === null) return 'null'
  return /^(0|[1-9]\d{0,18})$/.test(serviceId) ? serviceId : JSON.stringify(serviceId)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
