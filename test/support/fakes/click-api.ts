import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Item = { SPIC: string; Price: number; VAT: number }
export type Submitted = { service_id: number; payment_id: number; items: Item[]; received_ecash: number }

/** Click's own API with its check of the header; the link of a receipt comes when `ready`. */
export async function fakeClickApi(key: string): Promise<{ base: string; submitted: Submitted[]; mood: { ready: boolean; error: number; status: number }; stop: () => Promise<void> }> {
  const submitted: Submitted[] = []
  const mood = { ready: true, error: 0, status: 200 }
  const server = createServer((message, answer) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => {
      const say = (status: number, body: unknown) => answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const [, digest, seconds = ''] = String(message.headers['auth'] ?? '').split(':')
      if (mood.status !== 200) return say(mood.status, {})
      if (!/^\d{10}$/.test(seconds) || digest !== createHash('sha1').update(`${seconds}${key}`).digest('hex')) return say(401, { error_code: -1, error_note: 'auth' })
      if (message.method === 'POST' && message.url === '/v2/merchant/payment/ofd_data/submit_items') {
        if (mood.error !== 0) return say(200, { error_code: mood.error, error_note: 'refused' })
        submitted.push(JSON.parse(Buffer.concat(chunks).toString()) as Submitted)
        return say(200, { error_code: 0, error_note: 'Success' })
      }
      const [, number] = /^\/v2\/merchant\/payment\/ofd_data\/\d+\/(\d+)$/.exec(message.url ?? '') ?? []
      if (message.method !== 'GET' || !number) return say(404, {})
      return say(200, { paymentId: Number(number), qrCodeURL: mood.ready ? `https://ofd.soliq.uz/check?t=EP000000000025&r=${number.slice(-3)}&c=20261121101010&s=800031554082` : '' })
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/merchant`, submitted, mood,
    stop: () => new Promise(resolve => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
}
