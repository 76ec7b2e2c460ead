// The one port: doors for machines are answered here, everything else is handed to Next.
import 'server-only'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import next from 'next'
import { stopwatch } from '#server/infra/clock.ts'
import { pool } from '#server/infra/db.ts'
import { env } from '#server/infra/env.ts'
import { healthDoors } from '#server/infra/health.ts'
import { BodyTooLarge, addressOf, makeRouter, sendPlain, sendResponse, toRequest, type Door, type Match } from '#server/infra/http.ts'
import { log } from '#server/infra/log.ts'
import { gauge, histogram } from '#server/infra/metrics.ts'
import { sayMissingInWords, sendMissing } from '#server/infra/missing-page.ts'
import { addressInLanguage, contentPolicy, isReadable, isSameOrigin, isUnsafe, languageOf, localeOf, makeNonce, requestIdOf, safetyHeaders, stripInner } from '#server/infra/page-guard.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { domainExports } from '#server/start/discover.ts'
import { lifeline } from '#server/start/lifeline.ts'

type Exchange = { message: IncomingMessage; answer: ServerResponse; path: string; requestId: string; address: string }

const dev = process.argv.includes('--dev')
const secure = env.APP_URL.startsWith('https:')
const headers = safetyHeaders(secure)
const uploadLimit = 16 * 1024 * 1024
const files = /^\/(_next\/static\/|icons\/|fonts\/|offline\/|sw[.]js$|favicon[.]ico$)/
const doorsAtOnce = 400

const app = next({ dev, dir: process.cwd(), hostname: 'localhost', port: env.PORT })
const findDoor = makeRouter([...healthDoors, ...(await domainExports<Door[]>('http.ts', 'doors')).flat()])
const seconds = histogram({ name: 'uyim_http_seconds', help: 'Time to answer', labels: ['kind', 'status'] })
const underWay = gauge({ name: 'uyim_http_under_way', help: 'Requests under way', labels: ['kind'] })
let pages = 0
let doors = 0

function refuse({ message, answer, path }: Exchange, status: number, code: 'busy' | 'crossSite' | 'tooLarge'): void {
  const locale = languageOf(path, message.headers)
  const sentence = texts(locale)(`errors.door.${code}`)
  const html = path.startsWith('/api/') ? null : `<!doctype html><html lang="${locale}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Uyim</title><p>${sentence}</p></html>`
  answer.statusCode = status
  answer.setHeader('cache-control', 'no-store')
  answer.setHeader('content-type', html ? 'text/html; charset=utf-8' : 'application/json')
  if (status === 503) answer.setHeader('retry-after', '3')
  answer.setHeader('connection', 'close')
  answer.end(html ?? JSON.stringify({ error: { code: `door.${code}`, message: sentence } }))
}

async function answerDoor(exchange: Exchange, found: Match): Promise<void> {
  const { message, answer, requestId, address } = exchange
  const time = stopwatch()
  doors += 1
  underWay.set({ kind: 'door' }, doors)
  try {
    const at = { params: found.params, address, requestId, busy: doors > doorsAtOnce }
    if (found.door.answer) return sendPlain(await found.door.answer(message, at), answer)
    await sendResponse(await found.door.handle(await toRequest(message, env.APP_URL), at), answer)
  } catch (error) {
    if (error instanceof BodyTooLarge) return refuse(exchange, 413, 'tooLarge')
    log.error({ err: error, path: found.door.path, requestId }, 'a door failed')
    if (!answer.headersSent) answer.statusCode = 500
    answer.end()
  } finally {
    doors -= 1
    underWay.set({ kind: 'door' }, doors)
    seconds.observe({ kind: found.door.path, status: answer.statusCode }, time() / 1000)
  }
}

/** What a change must prove before Next sees it; true when it was refused here. */
function refuseChange(exchange: Exchange): boolean {
  const { message, answer } = exchange
  if (message.headers['next-action'] !== undefined) {
    answer.statusCode = 400
    answer.end()
    return true
  }
  if (!isUnsafe(message.method)) return false
  if (!isSameOrigin(message.headers, env.APP_URL)) {
    refuse(exchange, 403, 'crossSite')
    return true
  }
  const length = Number(message.headers['content-length'] ?? Number.NaN)
  if (message.headers['transfer-encoding'] !== undefined || length > uploadLimit) {
    refuse(exchange, 413, 'tooLarge')
    return true
  }
  return false
}

/** From '/' home, from '/foo' to '/ru/foo': a page always speaks a language of its address. */
function redirectInto({ message, answer }: Exchange, address: string): void {
  const query = (message.url ?? '').split('?')[1]
  answer.writeHead(307, { location: `${address}${query ? `?${query}` : ''}`, vary: 'Cookie, Accept-Language', 'cache-control': 'private, no-store' })
  answer.end()
}

/** The policy with a fresh nonce: Next reads it from the request and marks its scripts. */
function prepareForNext({ message, answer, path }: Exchange): void {
  const first = path.split('/')[1] ?? ''
  if (isLocale(first) && message.headers['x-uyim-locale'] === undefined) message.headers['x-uyim-locale'] = first
  if (files.test(path)) {
    if (path.startsWith('/offline/')) answer.setHeader('content-security-policy', contentPolicy({ nonce: null, dev, secure }))
    if (path === '/sw.js') {
      answer.setHeader('service-worker-allowed', '/')
      answer.setHeader('cache-control', 'no-cache')
    }
    return
  }
  // Public papers are finished pages: no script of theirs is written into them.
  const nonce = /^\/[hv](\/|$)/.test(path) ? null : makeNonce()
  const policy = contentPolicy({ nonce, dev, secure })
  message.headers['content-security-policy'] = policy
  if (nonce !== null) message.headers['x-nonce'] = nonce
  answer.setHeader('content-security-policy', policy)
}

async function answerPage(exchange: Exchange): Promise<void> {
  if (refuseChange(exchange)) return
  if (!isReadable(exchange.path, exchange.message.url)) return sendMissing(exchange.answer, languageOf(exchange.path, exchange.message.headers))
  const address = addressInLanguage(exchange.path, localeOf(exchange.message.headers))
  if (address !== null) return redirectInto(exchange, address)
  const file = files.test(exchange.path)
  if (!file && pages >= env.PAGES_AT_ONCE) return refuse(exchange, 503, 'busy')
  const { message, answer, path } = exchange
  const time = stopwatch()
  const kind = file ? 'file' : path.startsWith('/api/') ? 'api' : 'page'
  let open = true
  const done = () => {
    if (!open) return
    open = false
    if (!file) pages -= 1
    underWay.set({ kind: 'page' }, pages)
    seconds.observe({ kind, status: answer.statusCode }, time() / 1000)
  }
  if (!file) pages += 1
  answer.once('close', done)
  prepareForNext(exchange)
  sayMissingInWords(answer, languageOf(path, message.headers))
  await hand(message, answer)
}

await app.prepare()
const hand = app.getRequestHandler()

async function answerRequest(message: IncomingMessage, answer: ServerResponse): Promise<void> {
  stripInner(message.headers)
  const [path = '/'] = (message.url ?? '/').split('?')
  const exchange = { message, answer, path, requestId: requestIdOf(message.headers), address: addressOf(message, env.TRUSTED_PROXIES) }
  message.headers['x-request-id'] = exchange.requestId
  message.headers['x-uyim-address'] = exchange.address
  for (const [name, value] of headers) answer.setHeader(name, value)
  answer.setHeader('x-request-id', exchange.requestId)
  const found = findDoor(message.method ?? 'GET', path)
  if (found === 'wrong method') {
    answer.statusCode = 405
    answer.end()
    return
  }
  if (found) return answerDoor(exchange, found)
  return answerPage(exchange)
}

const server = createServer((message, answer) => {
  answerRequest(message, answer).catch((error: unknown) => {
    log.error({ err: error, path: message.url?.split('?')[0] }, 'a request failed')
    if (!answer.headersSent) answer.statusCode = 500
    answer.end()
  })
})
// A letter with three photos on a slow network takes its minutes (app/_client/trpc.ts).
server.requestTimeout = 300_000
server.headersTimeout = 20_000
server.keepAliveTimeout = 65_000
const upgrade = app.getUpgradeHandler()
if (dev) server.on('upgrade', (message, socket, head) => void upgrade(message, socket, head))

const life = lifeline(async () => {
  const closed = new Promise(resolve => server.close(resolve))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), 15_000)
  await closed
  clearTimeout(timer)
  await app.close()
  await pool().end()
  log.info('the web server stopped')
})
server.once('error', error => {
  process.send?.({ refused: `Port ${env.PORT} cannot be opened: ${error.message}.` })
  process.exit(1)
})
server.listen(env.PORT, env.HOST, () => {
  life.ready()
  log.info({ port: env.PORT, dev }, 'the web server listens')
})
