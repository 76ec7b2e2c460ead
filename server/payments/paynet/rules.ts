// Paynet's protocol as payments.md 5 has it: JSON-RPC 2.0 for terminals and its app, one step, times of Tashkent as texts.

type Params = Record<string, unknown>
export type PaynetCall = {
  /** As it came, to be sent back; null when it could not be read. */
  id: string | number | null
  method: string
  params: Params
}
export type PaynetRead = { call: PaynetCall; refusal: string | null }

const messages: Record<string, string> = {
  '-32300': 'Нужен метод POST', '-32700': 'Не удалось прочитать JSON', '-32600': 'Неверный RPC-запрос', '-32601': 'Метод не найден', '-32602': 'Нет обязательных параметров',
  '-32603': 'Внутренняя ошибка, повторите позже', '77': 'Отменить платёж нельзя', '201': 'Транзакция уже существует', '202': 'Транзакция уже отменена', '203': 'Транзакция не найдена',
  '302': 'Лицевой счёт не найден', '304': 'Платежи такого вида не принимаются', '305': 'Услуга не найдена', '401': 'Неверное значение параметра', '411': 'Не указан лицевой счёт',
  '413': 'Неверная сумма', '414': 'Неверный формат даты и времени', '601': 'Доступ запрещён',
}
const nothing: PaynetCall = { id: null, method: '', params: {} }
const fault = '-32603'

/** The call in the body, or the refusal ('E-32602') it earns. Its rights are judged before the refusal is told. */
export function readCall(verb: string, body: string | null): PaynetRead {
  if (verb !== 'POST') return { call: nothing, refusal: 'E-32300' }
  const parsed = parse(body)
  if (parsed === undefined) return { call: nothing, refusal: 'E-32700' }
  if (!isObject(parsed)) return { call: nothing, refusal: 'E-32600' }
  const call = callOf(parsed)
  const broken = call.method === '' || call.id === null || (parsed['params'] !== undefined && !isObject(parsed['params']))
  return { call, refusal: broken ? 'E-32600' : judge(call) }
}

function callOf({ id, method, params }: Params): PaynetCall {
  return { id: typeof id === 'number' ? id : typeof id === 'string' ? id : null, method: typeof method === 'string' ? method : '', params: isObject(params) ? params : {} }
}

/** Whole numbers beyond a double's reach stay the digits that came. */
function parse(body: string | null): unknown {
  const keepDigits = (_name: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(context?.source ?? '') ? context?.source : value
  try {
    return JSON.parse(body ?? '', keepDigits)
  } catch {
    return undefined
  }
}

const needsTransaction = (params: Params) => (transactionOf(params) === null ? 'E-32602' : null)
const methods: Record<string, (params: Params) => string | null> = {
  GetInformation: params => (isObject(params['fields']) ? null : 'E-32602'),
  PerformTransaction: params => (isObject(params['fields']) && params['amount'] !== undefined ? needsTransaction(params) : 'E-32602'),
  CheckTransaction: needsTransaction,
  CancelTransaction: needsTransaction,
  GetStatement: ({ dateFrom, dateTo }) => (dateFrom === undefined || dateTo === undefined ? 'E-32602' : momentOf(dateFrom) === null || momentOf(dateTo) === null ? 'E414' : null),
  ChangePassword: ({ newPassword }) => (newPassword === undefined ? 'E-32602' : typeof newPassword === 'string' && newPassword.length >= 8 && newPassword.length <= 200 ? null : 'E401'),
}

function judge({ method, params }: PaynetCall): string | null {
  return Object.hasOwn(methods, method) ? methods[method]?.(params) ?? null : 'E-32601'
}

/** Paynet's own id: digits, or a short word. */
export function transactionOf({ transactionId }: Params): string | null {
  const text = scalarOf(transactionId)
  return text !== null && /^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : null
}

/** A number or text of a parameter; anything else is none. */
export function scalarOf(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null
}

/** Whole tiyin above zero; anything else is no amount. */
export function amountOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null
}

/** 'YYYY-MM-DD HH:MM:SS' of Tashkent in milliseconds; null when it is no moment. */
export function momentOf(value: unknown): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})$/.exec(typeof value === 'string' ? value : '')
  if (!match) return null
  const written = `${match[1]}T${match[2]}.000Z`
  const moment = Date.parse(written)
  // The 30th of February is read as some other day: what does not come back the same is no moment.
  return Number.isNaN(moment) || new Date(moment).toISOString() !== written ? null : moment - 300 * 60_000
}

/** 'login:password' of the header, which together are the merchant's key; null when the header is something else. */
export function keyOf(authorization: string): string | null {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)
  if (!match?.[1]) return null
  const text = Buffer.from(match[1], 'base64').toString()
  return /^[^:]+:.+$/.test(text) ? text : null
}

/** 'R{…}' or 'E413' as an answer: 401 for a stranger, 200 for everything else. */
export function wordAnswer(id: string | number | null, answer: string): { status: number; body: string } {
  const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},`
  if (answer.startsWith('R')) return { status: 200, body: `${head}"result":${answer.slice(1)}}` }
  const code = messages[answer.slice(1)] === undefined ? fault : answer.slice(1)
  return { status: code === '601' ? 401 : 200, body: `${head}"error":{"code":${code},"message":${JSON.stringify(messages[code])}}}` }
}

function isObject(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
