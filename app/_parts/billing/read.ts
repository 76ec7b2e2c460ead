import { TRPCError } from '@trpc/server'
import { DomainError } from '#server/kernel/errors.ts'

/** What a screen does with a refusal: somebody unknown signs in, anything else does not exist. */
export async function billOrNothing<T>(read: () => Promise<T>): Promise<T | null | 'stranger'> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof TRPCError && error.code === 'UNAUTHORIZED') return 'stranger'
    if (error instanceof TRPCError && (error.code === 'BAD_REQUEST' || error.cause instanceof DomainError)) return null
    throw error
  }
}
