import { getTRPCErrorShape, TRPCError } from '@trpc/server'
import { appRouter, createCaller } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'

const optional = ['buildingId', 'premisesId', 'unit', 'serial'] as const

/** Brings a file for an import: the bytes are the body, what it is for stands in the address. */
export async function POST(request: Request): Promise<Response> {
  const query = new URL(request.url).searchParams
  const scope = await scopeOfRequest(request)
  if (!request.body) return new Response(null, { status: 400 })
  try {
    const options = Object.fromEntries(optional.flatMap(name => (query.get(name) ? [[name, query.get(name) ?? '']] : [])))
    const input = { batchId: query.get('batchId') ?? '', mapping: query.get('mapping') ?? '', fileName: query.get('fileName') ?? '', options, body: request.body }
    return Response.json(await createCaller({ request: scope }).imports.submitFile(input))
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error
    // The sentence in the person's language, the same as every other procedure gives.
    const shape = getTRPCErrorShape({ config: appRouter._def._config, error, type: 'mutation', path: 'imports.submitFile', input: undefined, ctx: { request: scope } })
    return Response.json({ message: shape.message, code: shape.data.domainCode }, { status: shape.data.httpStatus })
  }
}
