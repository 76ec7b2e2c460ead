import 'server-only'
import type { RequestScope } from '#server/infra/context.ts'
import { DomainError } from '#server/kernel/errors.ts'
import { scopeOfRequest } from './request-scope.ts'

type Given = { body: Uint8Array | string; mediaType: 'application/pdf' | 'text/csv; charset=utf-8'; name: string }
type Asked<Input> = { success: true; data: Input } | { success: false }

/** True for what a page of ours sends, and for what is no browser's. */
export function fromOurPage(request: Request): boolean {
  return ['same-origin', null].includes(request.headers.get('sec-fetch-site'))
}

/**
 * A file to keep, of whoever may have it. What is issued or leaves a trace when asked for is no GET, and is asked for by a form of our
 * own page. What is not there, and what is not theirs, is answered alike: 404.
 */
export async function giveFile<Input>(request: Request, asked: Asked<Input>, give: (scope: RequestScope, input: Input) => Promise<Given>): Promise<Response> {
  const nothing = new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  if (!asked.success || (request.method !== 'GET' && !fromOurPage(request))) return nothing
  try {
    const { body, mediaType, name } = await give(await scopeOfRequest(request), asked.data)
    return new Response(typeof body === 'string' ? body : new Uint8Array(body), { headers: {
      'content-type': mediaType, 'cache-control': 'private, no-store', 'content-disposition': `attachment; filename="${name}"` } })
  } catch (error) {
    if (error instanceof DomainError) return nothing
    throw error
  }
}
