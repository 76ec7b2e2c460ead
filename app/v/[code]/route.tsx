import { answerPage, publicLocale } from '#app/_parts/documents/answer-page.ts'
import { CheckPage } from '#app/_parts/documents/check-page.tsx'
import { createCaller } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { texts } from '#server/infra/texts.ts'

/** The public check of a paper by its short code. */
export async function GET(request: Request, { params }: { params: Promise<{ code: string }> }): Promise<Response> {
  const { code } = await params
  const locale = publicLocale(request)
  const typed = code.slice(0, 40)
  const found = await createCaller({ request: await scopeOfRequest(request) }).documents.check({ code: typed })
  return answerPage(<CheckPage locale={locale} t={texts(locale)} typed={typed} found={found} />, found ? 200 : 404)
}
