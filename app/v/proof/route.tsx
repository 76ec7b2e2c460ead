import { answerPage, publicLocale } from '#app/_parts/documents/answer-page.ts'
import { ProofPage } from '#app/_parts/documents/proof-page.tsx'
import { createCaller } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { texts } from '#server/infra/texts.ts'

/** The public check of a proof that nothing is overdue; the proof itself stays behind # and never comes here. */
export async function GET(request: Request): Promise<Response> {
  const locale = publicLocale(request)
  const proofKey = await createCaller({ request: await scopeOfRequest(request) }).payments.proofKey()
  return answerPage(<ProofPage locale={locale} t={texts(locale)} proofKey={proofKey} />)
}
