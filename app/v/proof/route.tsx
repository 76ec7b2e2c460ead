import { answerPage, publicLocale } from '#app/_parts/documents/answer-page.ts'
import { ProofPage } from '#app/_parts/documents/proof-page.tsx'
import { texts } from '#server/infra/texts.ts'
import { proofKey } from '#server/payments/proof/signing.ts'

/** The public check of a proof that nothing is overdue; the proof itself stays behind # and never comes here. */
export function GET(request: Request): Promise<Response> {
  const locale = publicLocale(request)
  return answerPage(<ProofPage locale={locale} t={texts(locale)} proofKey={proofKey()} />)
}
