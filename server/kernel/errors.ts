/** The five ways a request can end badly; api/trpc.ts maps each once to HTTP. */
export type ErrorKind = 'invalid' | 'forbidden' | 'notFound' | 'conflict' | 'unavailable'

/** `<domain>.<camelCase>`: the key of the sentence in locales/<l>/errors/<domain>.json. */
export type ErrorCode = `${string}.${string}`

export type ErrorParams = Readonly<Record<string, string | number>>

/** An expected refusal, told to the person in words. Bugs are plain throws. */
export class DomainError extends Error {
  readonly kind: ErrorKind
  readonly code: ErrorCode
  readonly params: ErrorParams

  constructor(kind: ErrorKind, code: ErrorCode, params: ErrorParams = {}) {
    super(code)
    this.name = 'DomainError'
    this.kind = kind
    this.code = code
    this.params = params
  }
}

/** What was sent cannot be accepted as it is; the person can correct it. */
export function invalid(code: ErrorCode, params?: ErrorParams): DomainError {
  return new DomainError('invalid', code, params)
}

/** The actor is known and may see the thing, but may not do this to it. */
export function forbidden(code: ErrorCode = 'common.forbidden', params?: ErrorParams): DomainError {
  return new DomainError('forbidden', code, params)
}

/** It does not exist, or does not exist for this actor: the same answer for both. */
export function notFound(code: ErrorCode = 'common.notFound', params?: ErrorParams): DomainError {
  return new DomainError('notFound', code, params)
}

/** It was legal once, but something has changed in the meantime. */
export function conflict(code: ErrorCode = 'common.conflict', params?: ErrorParams): DomainError {
  return new DomainError('conflict', code, params)
}

/** A part of the machine, or somebody else's, does not answer now. */
export function unavailable(code: ErrorCode = 'common.unavailable', params?: ErrorParams): DomainError {
  return new DomainError('unavailable', code, params)
}
