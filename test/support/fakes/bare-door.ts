// What any door can reach at best on this machine: plain Node reads the call, asks the database for 1 and answers.
// Nothing is checked and nothing written. In a process of its own, as the doors are in the bench.
import { createServer } from 'node:http'
import { Pool } from 'pg'

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })
const answer = '{"jsonrpc":"2.0","id":1,"result":{}}'
const head = { 'content-type': 'application/json', 'content-length': String(answer.length) }

const server = createServer((message, response) => {
  message.resume()
  message.once('end', () => {
    void pool.query({ name: 'one', text: 'select 1' }).then(() => response.writeHead(200, head).end(answer))
  })
})
server.listen(0, '127.0.0.1', () => {
  const at = server.address()
  process.send?.(`http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`)
})
