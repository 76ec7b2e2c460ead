import 'server-only'
import { fromOurPage, giveFile } from '#server/api/give-file.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { openTransaction } from '#server/infra/context.ts'
import type { Door, DoorContext, PlainAnswer } from '#server/infra/http.ts'
import { messageOf, readMessage, toResponse, type Message } from '#server/payments/doors/message.ts'
import { answerClick } from '#server/payments/click/answer.ts'
import { answerHalyk } from '#server/payments/halyk/answer.ts'
import { openBankPage } from '#server/payments/halyk/page.ts'
import { answerKaspi } from '#server/payments/kaspi/answer.ts'
import { notFound } from '#server/kernel/errors.ts'
import { isLocale } from '#server/kernel/format.ts'
import { issueReceipt } from '#server/payments/issue-receipt.ts'
import { answerPayme } from '#server/payments/payme/answer.ts'
import { answerPaynet } from '#server/payments/paynet/answer.ts'
import { paymentKey } from '#server/payments/schema.ts'
import { answerUzum } from '#server/payments/uzum/answer.ts'
import { uzumMethods } from '#server/payments/uzum/rules.ts'

type Answer = (message: Message) => Promise<PlainAnswer>

function providerDoors(provider: string, answer: Answer): Door[] {
  return [door(`/api/payments/${provider}`, answer), door(`/api/payments/${provider}/:merchant`, answer)]
}

function door(path: string, answer: Answer): Door {
  return {
    method: 'ANY', path,
    handle: async (request: Request, at: DoorContext) => toResponse(await answer(await messageOf(request, at))),
    answer: async (message, at) => answer(await readMessage(message, at)),
  }
}

/** Addresses that end in what is asked, of the operator and of each merchant. */
function methodDoors<Method extends string>(provider: string, methods: readonly Method[], answer: (method: Method, message: Message) => Promise<PlainAnswer>): Door[] {
  return methods.flatMap(method => [`/api/payments/${provider}/${method}`, `/api/payments/${provider}/:merchant/${method}`].map(path => door(path, message => answer(method, message))))
}

/** The receipt as a PDF: it is issued when first asked for. */
function giveReceipt(request: Request, { params: { building, payment, locale } }: DoorContext): Promise<Response> {
  return giveFile(request, paymentKey.safeParse({ buildingId: building, paymentId: payment }), async (scope, key) => {
    if (locale === undefined || !isLocale(locale)) throw notFound()
    const { bytes, number } = await openTransaction({ ...scope, locale }, ctx => issueReceipt(ctx, key))
    return { body: bytes, mediaType: 'application/pdf', name: `uyim-${number}.pdf` }
  })
}

export const doors: Door[] = [
  ...providerDoors('payme', answerPayme),
  ...providerDoors('kaspi', answerKaspi),
  ...providerDoors('paynet', answerPaynet),
  // Prepare and Complete say themselves what they are: an address of either takes both.
  ...methodDoors('click', ['prepare', 'complete'], (_method, message) => answerClick(message)),
  ...methodDoors('uzum', uzumMethods, answerUzum),
  ...providerDoors('halyk', answerHalyk),
  { method: 'GET', path: '/api/pay/halyk/:locale/:building/:order', handle: async (request, at) => fromOurPage(request) ? openBankPage(await scopeOfRequest(request), at) : new Response(null, { status: 404 }) },
  { method: 'POST', path: '/api/receipts/:locale/:building/:payment', handle: giveReceipt },
]
