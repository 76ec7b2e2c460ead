// What a door reaches on this machine that does nothing but keep a payment's rows: plain Node reads the call and writes the rows
// that Create and Perform leave behind, into tables with the same keys and nothing else, calls that come together by one bare
// statement. Nothing is looked up, judged, chained or walled off. In a process of its own, as the doors are in the bench.
import { createServer } from 'node:http'
import { Pool } from 'pg'
import { makeBatcher } from '#server/payments/doors/batch.ts'

type Call = { method: string; params: { id: string } }

const pool = new Pool({ connectionString: process.env['ROWS_URL'], max: 10 })
const text = process.env['ROWS_STATEMENT'] ?? ''
const answer = '{"jsonrpc":"2.0","id":1,"result":{}}'
const head = { 'content-type': 'application/json', 'content-length': String(answer.length) }

const write = makeBatcher<Call>({ most: 64, atOnce: 8, run: async calls => {
  const created = calls.filter(call => call.method === 'CreateTransaction').map(call => call.params.id)
  const performed = calls.filter(call => call.method === 'PerformTransaction').map(call => call.params.id)
  await pool.query({ name: 'rows', text, values: [created, performed] })
  return calls.map(() => answer)
} })

const server = createServer((message, response) => {
  let body = ''
  message.on('data', (chunk: Buffer) => { body += chunk.toString() })
  message.once('end', () => {
    const call = JSON.parse(body) as Call
    write({ call, keys: [call.params.id] }).then(said => response.writeHead(200, head).end(said), () => response.writeHead(500).end())
  })
})
server.listen(0, '127.0.0.1', () => {
  const at = server.address()
  process.send?.(`http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`)
})
