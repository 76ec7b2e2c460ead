import 'server-only'
import type { Door, DoorContext, PlainAnswer } from '#server/infra/http.ts'
import { messageOf, readMessage, toResponse, type Message } from '#server/payments/doors/message.ts'
import { answerKaspi } from '#server/payments/kaspi/answer.ts'
import { answerPayme } from '#server/payments/payme/answer.ts'

function providerDoors(provider: string, answer: (message: Message) => Promise<PlainAnswer>): Door[] {
  const door = (path: string): Door => ({
    method: 'ANY', path,
    handle: async (request: Request, at: DoorContext) => toResponse(await answer(await messageOf(request, at))),
    answer: async (message, at) => answer(await readMessage(message, at)),
  })
  return [door(`/api/payments/${provider}`), door(`/api/payments/${provider}/:merchant`)]
}

export const doors: Door[] = [...providerDoors('payme', answerPayme), ...providerDoors('kaspi', answerKaspi)]
