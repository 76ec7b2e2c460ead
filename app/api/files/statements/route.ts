import { getTRPCErrorShape, TRPCError } from '@trpc/server'
import { appRouter, createCaller } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { registryColumns, registrySources } from '#server/payments/statements/schema.ts'

/** Brings a statement or a registry: the bytes are the body, whose it is stands in the address. */
export async function POST(request: Request): Promise<Response> {
  const query = new URL(request.url).searchParams
  const scope = await scopeOfRequest(request)
  if (!request.body) return new Response(null, { status: 400 })
  try {
    const columns = Object.fromEntries(registryColumns.flatMap(name => (query.get(name) ? [[name, query.get(name) ?? '']] : [])))
    const source = registrySources.find(each => each === query.get('source'))
    const input = { buildingId: query.get('buildingId') ?? '', statementId: query.get('statementId') ?? '', kind: source ? 'REGISTRY' as const : 'STATEMENT' as const, ...(source ? { source } : {}),
      fileName: query.get('fileName') ?? '', columns, body: request.body }
    return Response.json(await createCaller({ request: scope }).statements.submit(input))
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error
    // The sentence in the person's language, the same as every other procedure gives.
    const shape = getTRPCErrorShape({ config: appRouter._def._config, error, type: 'mutation', path: 'statements.submit', input: undefined, ctx: { request: scope } })
    return Response.json({ message: shape.message, code: shape.data.domainCode }, { status: shape.data.httpStatus })
  }
}
