// What a door reaches on this machine that does nothing but keep a payment's rows: plain Node reads the call and writes the rows
// that Create and Perform leave behind, into tables with the same keys and nothing else; calls that come together by one bare
// statement (ROWS_GATHERED), or each by its own. Nothing is looked up, judged, chained or walled off. In a process of its own, as
// the doors are in the bench.
import { createServer } from 'node:http'
import { Pool } from 'pg'
import { makeBatcher } from '#server/payments/doors/batch.ts'

type Call = { method: string; params: { id: string } }

const pool = new Pool({ connectionString: process.env['ROWS_URL'], max: 10 })
const [create = '', perform = '', both = ''] = JSON.parse(process.env['ROWS_STATEMENTS'] ?? '[]') as string[]
const answer = '{"jsonrpc":"2.0","id":1,"result":{}}'
const head = { 'content-type': 'application/json', 'content-length': String(answer.length) }
const isCreate = (call: Call) => call.method === 'CreateTransaction'

const writeTogether = makeBatcher<Call>({ most: 64, atOnce: 8, run: async calls => {
  const ids = (wanted: boolean) => calls.filter(call => isCreate(call) === wanted).map(call => call.params.id)
  await pool.query({ name: 'both', text: both, values: [ids(true), ids(false)] })
  return calls.map(() => answer)
} })

async function writeAlone(call: Call): Promise<string> {
  await pool.query({ ...(isCreate(call) ? { name: 'create', text: create } : { name: 'perform', text: perform }), values: [[call.params.id]] })
  return answer
}

const write = process.env['ROWS_GATHERED'] ? (call: Call) => writeTogether({ call, keys: [call.params.id] }) : writeAlone

const server = createServer((message, response) => {
  let body = ''
  message.on('data', (chunk: Buffer) => { body += chunk.toString() })
  message.once('end', () => {
    write(JSON.parse(body) as Call).then(said => response.writeHead(200, head).end(said), (error: unknown) => response.writeHead(500).end(String(error)))
  })
})
server.listen(0, '127.0.0.1', () => {
  const at = server.address()
  process.send?.(`http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`)
})
