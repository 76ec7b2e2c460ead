import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { addressOf, makeRouter, sendPlain } from '#server/infra/http.ts'
import { doors } from '#server/payments/http.ts'

/** The doors of payments behind a real port, as server/main.ts stands them up. */
export async function openDoors(options: { busy?: boolean; trustedProxies?: number } = {}): Promise<{ origin: string; close: () => Promise<void> }> {
  const find = makeRouter(doors)
  const server: Server = createServer((message, answer) => {
    const [path = '/'] = (message.url ?? '/').split('?')
    const found = find(message.method ?? 'GET', path)
    if (found === null || found === 'wrong method' || !found.door.answer) {
      answer.writeHead(404).end()
      return
    }
    const at = { params: found.params, address: addressOf(message, options.trustedProxies ?? 0), requestId: 'test', busy: options.busy ?? false }
    found.door.answer(message, at).then(plain => sendPlain(plain, answer), () => answer.writeHead(500).end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
