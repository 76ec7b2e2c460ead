import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { stopwatch } from '#server/infra/clock.ts'
import { addressOf, makeRouter, sendPlain } from '#server/infra/http.ts'
import { gauge, histogram } from '#server/infra/metrics.ts'
import { requestIdOf, safetyHeaders, stripInner } from '#server/infra/page-guard.ts'
import { doors } from '#server/payments/http.ts'

type Options = { busy?: boolean; trustedProxies?: number }

/** The doors of payments behind a real port, with what server/main.ts does around them. */
export async function openDoors(options: Options = {}): Promise<{ origin: string; close: () => Promise<void> }> {
  const find = makeRouter(doors)
  const seconds = histogram({ name: 'uyim_http_seconds', help: 'Time to answer', labels: ['kind', 'status'] })
  const underWay = gauge({ name: 'uyim_http_under_way', help: 'Requests under way', labels: ['kind'] })
  const headers = safetyHeaders(false)
  let open = 0
  async function answerOne(message: IncomingMessage, answer: ServerResponse): Promise<void> {
    stripInner(message.headers)
    const [path = '/'] = (message.url ?? '/').split('?')
    const requestId = requestIdOf(message.headers)
    const address = addressOf(message, options.trustedProxies ?? 0)
    for (const [name, value] of headers) answer.setHeader(name, value)
    answer.setHeader('x-request-id', requestId)
    const found = find(message.method ?? 'GET', path)
    if (found === null || found === 'wrong method' || !found.door.answer) {
      answer.writeHead(404).end()
      return
    }
    const time = stopwatch()
    underWay.set({ kind: 'door' }, ++open)
    try {
      sendPlain(await found.door.answer(message, { params: found.params, address, requestId, busy: options.busy ?? false }), answer)
    } catch {
      answer.writeHead(500).end()
    }
    underWay.set({ kind: 'door' }, --open)
    seconds.observe({ kind: found.door.path, status: answer.statusCode }, time() / 1000)
  }
  const server = createServer((message, answer) => void answerOne(message, answer))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
