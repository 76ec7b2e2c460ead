import 'server-only'
import { router, signedProcedure, staffProcedure, stepProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { checkDocument, filesOf } from './queries.ts'
import { parseCode } from './rules.ts'
import { checkDocumentInput, listFilesInput, withdrawDocumentInput } from './schema.ts'
import { withdrawDocument } from './withdraw-document.ts'

export const documentsRouter = router({
  check: stepProcedure.input(checkDocumentInput).query(({ ctx, input }) => {
    const code = parseCode(input.code)
    return code === null ? null : serviceTransaction('public', inner => checkDocument(inner, code), ctx.request)
  }),
  files: signedProcedure.input(listFilesInput).query(({ ctx, input }) => shown({ ctx, what: 'FILE' }, filesOf(ctx, input), files => files.filter(file => file.premisesId !== null))),
  withdraw: staffProcedure.input(withdrawDocumentInput).mutation(({ ctx, input }) => withdrawDocument(ctx, input)),
})
