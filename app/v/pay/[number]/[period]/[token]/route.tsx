import { TRPCError } from '@trpc/server'
import { answerPage, publicLocale } from '#app/_parts/documents/answer-page.ts'
import { PayForPage } from '#app/_parts/payments/pay-for-page.tsx'
import { createCaller } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { texts } from '#server/infra/texts.ts'
import { parseSum } from '#server/payments/rules.ts'

type Props = { params: Promise<{ number: string; period: string; token: string }> }

/** The page behind the QR of a paper bill: whoever holds the paper pays. */
export async function GET(request: Request, { params }: Props): Promise<Response> {
  const [{ number, period, token }, asked] = [await params, new URL(request.url).searchParams]
  const locale = publicLocale(request)
  const typed = asked.get('amount')
  const amount = typed === null ? null : parseSum(typed)
  const wrong = typed !== null && (amount === null || amount === 0n)
  const api = createCaller({ request: { ...await scopeOfRequest(request), locale } })
  const bill = await api.payments.payFor({ number, period, token, amount: wrong ? null : amount }).catch((error: unknown) => {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST')) return null
    throw error
  })
  return answerPage(<PayForPage locale={locale} t={texts(locale)} bill={bill} typed={wrong ? typed : null} back={asked.has('back')} />, bill ? 200 : 404)
}
