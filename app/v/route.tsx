import { answerPage, publicLocale } from '#app/_parts/documents/answer-page.ts'
import { CheckForm } from '#app/_parts/documents/check-page.tsx'
import { texts } from '#server/infra/texts.ts'

/** The form alone; with a code it goes to the code's own address. */
export function GET(request: Request): Promise<Response> | Response {
  const query = new URL(request.url).searchParams
  const code = (query.get('code') ?? '').replace(/[^0-9A-Za-z-]/g, '').slice(0, 40)
  const locale = publicLocale(request)
  if (code !== '') return new Response(null, { status: 303, headers: { location: `/v/${code}?lang=${locale}` } })
  return answerPage(<CheckForm locale={locale} t={texts(locale)} />)
}
