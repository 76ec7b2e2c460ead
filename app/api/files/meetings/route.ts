import { getTRPCErrorShape, TRPCError } from '@trpc/server'
import { appRouter, createCaller } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'

/** Papers of meetings come as a form with one file: `act` says whether beside a question or as a lawyer's opinion. */
export async function POST(request: Request): Promise<Response> {
  const scope = await scopeOfRequest(request)
  const form = await request.formData().catch(() => null)
  if (!form) return new Response(null, { status: 400 })
  const text = (name: string) => String(form.get(name) ?? '')
  const file = form.get('file')
  const bytes = new Uint8Array(file instanceof Blob ? await file.arrayBuffer() : [])
  const place = { buildingId: text('buildingId'), meetingId: text('meetingId'), paperId: text('paperId'), bytes }
  const { meetings } = createCaller({ request: scope })
  try {
    return Response.json(text('act') === 'registerSignOff'
      ? await meetings.registerSignOff({ ...place, lawyer: text('lawyer'), signedOn: text('signedOn'), document: text('document') })
      : await meetings.storePaper({ ...place, itemId: text('itemId'), title: text('title') }))
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error
    // The sentence in the person's language, the same as every other procedure gives.
    const shape = getTRPCErrorShape({ config: appRouter._def._config, error, type: 'mutation', path: 'meetings.storePaper', input: undefined, ctx: { request: scope } })
    return Response.json({ message: shape.message, code: shape.data.domainCode }, { status: shape.data.httpStatus })
  }
}
