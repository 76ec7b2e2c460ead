// Click's SHOP API as payments.md 3 has it: two calls in a form, answered in JSON with HTTP 200, signed by MD5.
import { parseAccountNumber } from '#server/kernel/ids.ts'

export type ClickCall = {
  transId: string; serviceId: string; merchantTransId: string; prepareId: string; paydocId: string; amount: string; action: string; error: number; signTime: string; signString: string
}
/** `call` is null when fields are missing or are not what they must be: -8. What came is sent back as it came. */
export type ClickRead = { call: ClickCall | null; transId: string; merchantTransId: string; action: string }

const notes: Record<string, string> = {
  '0': 'Success', '-1': 'SIGN CHECK FAILED!', '-2': 'Incorrect parameter amount', '-3': 'Action not found', '-4': 'Already paid', '-5': 'User does not exist',
  '-6': 'Transaction does not exist', '-7': 'Failed to update user', '-8': 'Error in request from click', '-9': 'Transaction cancelled',
}

export function readCall(verb: string, body: string | null): ClickRead {
  const given = new URLSearchParams(body ?? '')
  const text = (name: string) => given.get(name)?.trim() ?? ''
  const [transId, merchantTransId, action, error] = [text('click_trans_id'), text('merchant_trans_id').slice(0, 100), text('action'), text('error')]
  const read = { transId, merchantTransId, action }
  const needed = ['service_id', 'amount', 'action', 'sign_time', 'sign_string', ...(action === '1' ? ['merchant_prepare_id'] : [])]
  const whole = verb === 'POST' && /^\d{1,19}$/.test(transId) && /^(0|-\d{1,9})$/.test(error) && merchantTransId !== '' && needed.every(name => text(name) !== '' && text(name).length <= 100)
  if (!whole) return { ...read, call: null }
  // Signed as received: spaces at the ends are part of what was signed.
  const raw = (name: string) => given.get(name) ?? ''
  return { ...read, call: {
    transId: raw('click_trans_id'), serviceId: raw('service_id'), merchantTransId: raw('merchant_trans_id'), prepareId: raw('merchant_prepare_id'), paydocId: text('click_paydoc_id'), amount: raw('amount'),
    action: raw('action'), error: Number(error), signTime: raw('sign_time'), signString: raw('sign_string') } }
}

/** What is signed: the received texts one after the other, the prepare id only in Complete. */
export function signedText(call: ClickCall, secret: string): string {
  return `${call.transId}${call.serviceId}${secret}${call.merchantTransId}${call.action === '1' ? call.prepareId : ''}${call.amount}${call.action}${call.signTime}`
}

/** Soʻm with decimals as tiyin; parts of a tiyin, signs and words are no sum. */
export function sumOf(text: string): bigint | null {
  const match = /^(\d{1,13})(?:[.](\d{1,2})0*)?$/.exec(text.trim())
  if (!match) return null
  return BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'))
}

export function numberOf(account: string): string | null {
  return parseAccountNumber(account)
}

/** sign_time is Tashkent's clock; null when it is no moment. */
export function momentOf(text: string): number | null {
  const moment = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}.000+05:00`) : Number.NaN
  return Number.isNaN(moment) ? null : moment
}

/** '-4|88001' as the body of an answer: 64-bit ids go back as the digits they came in. */
export function wordAnswer({ transId, merchantTransId, action }: ClickRead, answer: string): string {
  const [given = '', ours = ''] = answer.split('|')
  const code = given in notes ? given : '-7'
  const id = `"${action === '1' ? 'merchant_confirm_id' : 'merchant_prepare_id'}":${/^\d+$/.test(ours) ? ours : 'null'}`
  return `{"click_trans_id":${/^\d{1,19}$/.test(transId) ? BigInt(transId) : 'null'},"merchant_trans_id":${JSON.stringify(merchantTransId)},${id},`
    + `"error":${code},"error_note":${JSON.stringify(notes[code])}}`
}
