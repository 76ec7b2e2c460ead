import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { appRouter } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'

function handler(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: '/api/trpc', req: request, router: appRouter, allowBatching: false,
    createContext: async () => ({ request: await scopeOfRequest(request) }),
  })
}

export { handler as GET, handler as POST }
