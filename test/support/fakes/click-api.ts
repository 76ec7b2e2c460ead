import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Item = { SPIC: string; Price: number; VAT: number }
export type Submitted = { service_id: number; payment_id: number; items: Item[]; received_ecash: number }

/** Click's number of the payment whose status is asked. */
function askedStatus(url = ''): number | null {
  const number = /^\/v2\/merchant\/payment\/status\/\d+\/(\d+)$/.exec(url)?.[1]
  return number === undefined ? null : Number(number)
}

/** Click's own API (payments.md 3.5) with its check of the header; the link of a receipt comes when `ready`. */
export async function fakeClickApi(key: string): Promise<{ base: string; submitted: Submitted[]; statuses: Map<number, number>; asked: number[]; mood: { ready: boolean; error: number; status: number }; stop: () => Promise<void> }> {
  const submitted: Submitted[] = []
  /** What payment/status says of a payment, by Click's number of it: below zero an error, 2 success. */
  const statuses = new Map<number, number>()
  const statusOf = (asked: number) => statuses.has(asked) ? { error_code: 0, error_note: 'Success', payment_id: asked, payment_status: statuses.get(asked) } : { error_code: -16, error_note: 'not found' }
  /** Whose status was asked, answered or not. */
  const asked: number[] = []
  const mood = { ready: true, error: 0, status: 200 }
  const server = createServer((message, answer) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => {
      const say = (status: number, body: unknown) => answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const [, digest, seconds = ''] = String(message.headers['auth'] ?? '').split(':')
      const number = askedStatus(message.url)
      if (number !== null) asked.push(number)
      if (mood.status !== 200) return say(mood.status, {})
      if (!/^\d{10}$/.test(seconds) || digest !== createHash('sha1').update(`${seconds}${key}`).digest('hex')) return say(401, { error_code: -1, error_note: 'auth' })
      if (`${message.method} ${message.url}` === 'POST /v2/merchant/payment/ofd_data/submit_items') {
        if (mood.error !== 0) return say(200, { error_code: mood.error, error_note: 'refused' })
        submitted.push(JSON.parse(Buffer.concat(chunks).toString()) as Submitted)
        return say(200, { error_code: 0, error_note: 'Success' })
      }
      if (number !== null) return say(200, statusOf(number))
      const [, sold] = /^\/v2\/merchant\/payment\/ofd_data\/\d+\/(\d+)$/.exec(message.url ?? '') ?? []
      if (message.method !== 'GET' || !sold) return say(404, {})
      return say(200, { paymentId: Number(sold), qrCodeURL: mood.ready ? `https://ofd.soliq.uz/check?t=EP000000000025&r=${sold.slice(-3)}&c=20261121101010&s=800031554082` : '' })
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/merchant`, submitted, statuses, asked, mood,
    stop: () => new Promise(resolve => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
}
