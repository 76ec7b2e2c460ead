import 'server-only'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { shown } from '#server/audit/views.ts'
import { openTransaction } from '#server/infra/context.ts'
import type { Door } from '#server/infra/http.ts'
import { openFile } from '#server/infra/storage.ts'
import { isId } from '#server/kernel/ids.ts'
import { findFile } from './queries.ts'

const nothing = () => new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })

/** A file to whoever may read its row; to everybody else it does not exist. */
async function giveFile(request: Request, params: Record<string, string>): Promise<Response> {
  const { buildingId = '', fileId = '' } = params
  if (!isId(buildingId) || !isId(fileId)) return nothing()
  const file = await openTransaction(await scopeOfRequest(request), ctx => shown({ ctx, what: 'FILE' }, findFile(ctx, buildingId, fileId), found => found?.premisesId ? [found] : []))
  if (!file) return nothing()
  const tag = `"${file.sha256}"`
  const headers = {
    'content-type': file.mediaType, etag: tag,
    // Private and asked for again each time: an ended right ends here too.
    'cache-control': 'private, no-cache', vary: 'cookie',
    'content-disposition': `inline; filename="${file.fileId}.${file.mediaType === 'application/pdf' ? 'pdf' : 'jpg'}"`,
    // A sandbox keeps browsers from showing a PDF at all; scripts inside one cannot leave it.
    'content-security-policy': file.mediaType === 'application/pdf' ? `default-src 'none'; style-src 'unsafe-inline'` : `default-src 'none'; sandbox`,
  }
  if (request.headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers })
  return new Response(new Uint8Array(await openFile(file.sha256)), { headers })
}

export const doors: Door[] = [
  { method: 'GET', path: '/api/files/:buildingId/:fileId', handle: (request, at) => giveFile(request, at.params) },
]
