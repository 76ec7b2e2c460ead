import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { missingPage, sayMissingInWords } from '#server/infra/missing-page.ts'
import type { Locale } from '#server/kernel/format.ts'

/** What a page server answers, heard by whoever asked it. */
async function heard(locale: Locale, write: (answer: ServerResponse) => void): Promise<{ status: number; type: string; encoding: string | null; text: string }> {
  const server = createServer((_, answer) => {
    sayMissingInWords(answer, locale)
    write(answer)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  const text = await answer.text()
  await new Promise(resolve => server.close(resolve))
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', encoding: answer.headers.get('content-encoding'), text }
}

const english = '<html id="__next_error__">This page could not be found'

describe('what is not there is said in the language of the person', () => {
  it.each(['uz', 'kk', 'ru'] as const)('in %s, whole, with the way home', locale => {
    expect(missingPage(locale)).toContain(`<html lang="${locale}">`)
    expect(missingPage(locale)).toContain(`href="/${locale}"`)
    expect(missingPage(locale)).not.toMatch(/common[.]|<script/)
  })

  it.each<[string, (answer: ServerResponse) => void]>([
    ['with its head', answer => { answer.writeHead(404, { 'x-kept': '1' }); answer.write('more'); answer.end(english) }],
    ['in pieces', answer => { answer.statusCode = 404; answer.write(english); answer.write('more', () => answer.end('last')) }],
    ['at once', answer => { answer.statusCode = 404; answer.end(english) }],
    ['packed', answer => { answer.statusCode = 404; answer.setHeader('content-encoding', 'gzip'); answer.end('not for eyes') }],
  ])('instead of the page of a stranger that came %s', async (_, write) => {
    const said = await heard('kk', answer => {
      answer.setHeader('content-type', 'text/html; charset=utf-8')
      write(answer)
    })
    expect(said).toEqual({ status: 404, type: 'text/html; charset=utf-8', encoding: null, text: missingPage('kk') })
  })

  it('leaves a page that says in its own words what is not there: a house, a paper', async () => {
    const own = await heard('ru', answer => { answer.statusCode = 404; answer.setHeader('content-type', 'text/html; charset=utf-8'); answer.setHeader('x-own-words', '1'); answer.end('no such paper') })
    expect(own).toMatchObject({ status: 404, text: 'no such paper' })
  })

  it('leaves every other answer as it is', async () => {
    const html = (status: number) => heard('ru', answer => { answer.writeHead(status, { 'content-type': 'text/html' }); answer.write('one '); answer.end('two') })
    expect(await html(200)).toMatchObject({ status: 200, text: 'one two' })
    expect(await html(503)).toMatchObject({ status: 503, text: 'one two' })
    const json = await heard('ru', answer => { answer.statusCode = 404; answer.setHeader('content-type', 'application/json'); answer.end('{}') })
    expect(json).toMatchObject({ status: 404, text: '{}' })
  })
})
