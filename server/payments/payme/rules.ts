// Payme's Merchant API as payments.md 2 has it: what a call must look like, and in which words we answer.

type LocalisedMessage = { ru: string; uz: string; en: string }
export type PaymeCall = {
  /** As it came, to be sent back; null when it could not be read. */
  id: string | number | null
  method: string
  params: Record<string, unknown>
}
export type PaymeRead = { call: PaymeCall; refusal: string | null }

export const paymeMethods = ['CheckPerformTransaction', 'CreateTransaction', 'PerformTransaction', 'CancelTransaction', 'CheckTransaction', 'GetStatement', 'SetFiscalData', 'ChangePassword'] as const

const messages: Record<string, LocalisedMessage> = {
  '-31001': { ru: 'Неверная сумма', uz: 'Summa notoʻgʻri', en: 'Wrong amount' },
  '-31003': { ru: 'Транзакция не найдена', uz: 'Tranzaksiya topilmadi', en: 'Transaction not found' },
  '-31007': { ru: 'Услуга оказана, отменить нельзя', uz: 'Xizmat koʻrsatilgan, bekor qilib boʻlmaydi', en: 'The service is delivered, it cannot be cancelled' },
  '-31008': { ru: 'Операцию выполнить нельзя', uz: 'Amalni bajarib boʻlmaydi', en: 'The operation cannot be performed' },
  '-31050': { ru: 'Лицевой счёт не найден', uz: 'Shaxsiy hisobraqam topilmadi', en: 'The account was not found' },
  '-31051': { ru: 'По этому счёту платежи не принимаются', uz: 'Bu hisobraqam boʻyicha toʻlov qabul qilinmaydi', en: 'The account takes no payments' },
  '-31052': { ru: 'Счёт уже оплачен или оплачивается', uz: 'Hisob toʻlangan yoki toʻlanmoqda', en: 'The invoice is paid or being paid' },
  '-32001': { ru: 'Чек не найден', uz: 'Chek topilmadi', en: 'The receipt was not found' },
  '-32300': { ru: 'Нужен метод POST', uz: 'POST usuli kerak', en: 'POST is needed' },
  '-32400': { ru: 'Внутренняя ошибка, повторите позже', uz: 'Ichki xatolik, keyinroq takrorlang', en: 'Internal error, try again later' },
  '-32504': { ru: 'Недостаточно прав', uz: 'Huquq yetarli emas', en: 'Not enough privilege' },
  '-32600': { ru: 'В запросе нет нужных полей', uz: 'Soʻrovda kerakli maydonlar yoʻq', en: 'Fields are missing' },
  '-32601': { ru: 'Метод не найден', uz: 'Usul topilmadi', en: 'Method not found' },
  '-32602': { ru: 'Неверные параметры', uz: 'Parametrlar notoʻgʻri', en: 'Wrong parameters' },
  '-32700': { ru: 'Не удалось прочитать JSON', uz: 'JSON oʻqilmadi', en: 'JSON could not be read' },
}

const nothing: PaymeCall = { id: null, method: '', params: {} }

/** The call in the body, or the refusal ('E-32600') it earns. Its rights are judged before the refusal is told. */
export function readCall(verb: string, body: string | null): PaymeRead {
  if (verb !== 'POST') return { call: nothing, refusal: 'E-32300' }
  const parsed = parse(body)
  if (parsed === undefined) return { call: nothing, refusal: 'E-32700' }
  if (!isObject(parsed)) return { call: nothing, refusal: 'E-32600' }
  const { id, method, params } = parsed
  const call = { id: typeof id === 'number' || typeof id === 'string' ? id : null, method: typeof method === 'string' ? method : '', params: isObject(params) ? params : {} }
  return { call, refusal: isObject(params) ? judge(call) : 'E-32600' }
}

function parse(body: string | null): unknown {
  try {
    return JSON.parse(body ?? '')
  } catch {
    return undefined
  }
}

function judge({ method, params }: PaymeCall): string | null {
  if (method === '') return 'E-32600'
  const known = paymeMethods.find(name => name === method)
  if (known === undefined) return `E-32601|${method.slice(0, 100)}`
  const { lacks, refusal = 'E-32600' } = needs[known]
  return lacks(params) ? refusal : null
}

type Params = Record<string, unknown>
type Need = { lacks: (params: Params) => boolean; refusal?: string }
const lacksId = (params: Params) => !isExternalId(params['id'])

/** What a method cannot do without; amount and account have refusals of their own. */
const needs: Record<(typeof paymeMethods)[number], Need> = {
  CheckPerformTransaction: { lacks: () => false },
  CreateTransaction: { lacks: params => lacksId(params) || !isMoment(params['time']) },
  PerformTransaction: { lacks: lacksId },
  CancelTransaction: { lacks: params => lacksId(params) || !Number.isSafeInteger(params['reason']) || Math.abs(Number(params['reason'])) >= 1000 },
  CheckTransaction: { lacks: lacksId },
  GetStatement: { lacks: params => !isMoment(params['from']) || !isMoment(params['to']) },
  SetFiscalData: { lacks: params => lacksId(params) || !/^(PERFORM|CANCEL)$/.test(String(params['type'])) || !isObject(params['fiscal_data']), refusal: 'E-32602' },
  ChangePassword: { lacks: params => typeof params['password'] !== 'string' || params['password'].length < 8 || params['password'].length > 200, refusal: 'E-32602' },
}

function isExternalId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 64
}

function isMoment(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 1e14
}

/** Whole tiyin above zero; anything else is no amount. */
export function amountOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null
}

const fiscalFields = ['receipt_id', 'status_code', 'message', 'terminal_id', 'fiscal_sign', 'qr_code_url', 'date'] as const

/** The known fields of a fiscal receipt, short texts and numbers only. */
export function fiscalOf(value: unknown): Record<string, string | number> {
  const given = isObject(value) ? value : {}
  const kept: Record<string, string | number> = {}
  for (const name of fiscalFields) {
    const one = given[name]
    if (typeof one === 'number' || (typeof one === 'string' && one.length <= 500)) kept[name] = one
  }
  return kept
}

/** The key in `Basic base64("Paycom:" + key)`; null when the header is something else. */
export function keyOf(authorization: string): string | null {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)
  if (!match?.[1]) return null
  let text
  try {
    text = atob(match[1])
  } catch {
    return null
  }
  return text.startsWith('Paycom:') && text.length > 7 ? text.slice(7) : null
}

/** 'R{…}' or 'E-31050|ls' as the body of an answer: always HTTP 200, the id of the call sent back. */
export function wordAnswer(id: string | number | null, answer: string): string {
  const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},`
  if (answer.startsWith('R')) return `${head}"result":${answer.slice(1)}}`
  const bar = answer.indexOf('|')
  const code = bar < 0 ? answer.slice(1) : answer.slice(1, bar)
  const said = messages[code] === undefined ? '-32400' : code
  const data = bar < 0 ? '' : `,"data":${JSON.stringify(answer.slice(bar + 1))}`
  return `${head}"error":{"code":${said},"message":${JSON.stringify(messages[said])}${data}}}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
