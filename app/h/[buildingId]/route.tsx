import { TRPCError } from '@trpc/server'
import { answerPage, publicLocale } from '#app/_parts/documents/answer-page.ts'
import { PublicHousePage } from '#app/_parts/buildings/public-house.tsx'
import { createCaller } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { texts } from '#server/infra/texts.ts'

/** The public page of a house, the one behind the QR at its door. */
export async function GET(request: Request, { params }: { params: Promise<{ buildingId: string }> }): Promise<Response> {
  const { buildingId } = await params
  const locale = publicLocale(request)
  const house = await createCaller({ request: await scopeOfRequest(request) }).buildings.publicHouse({ buildingId }).catch((error: unknown) => {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST')) return null
    throw error
  })
  return answerPage(<PublicHousePage locale={locale} t={texts(locale)} house={house} />, house ? 200 : 404)
}
