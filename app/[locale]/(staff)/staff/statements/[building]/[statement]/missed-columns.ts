import type { OutputOf } from '#app/_client/trpc.ts'
import type { Texts } from '#server/infra/texts.ts'
import { usualHeaders } from '#server/payments/statements/schema.ts'

type Statement = Pick<OutputOf<'statements.one'>['statement'], 'failure' | 'failureParams' | 'columns'>

/** Columns that were missed are named in the reader's language, as the form names them; one that a person named, and one that the file itself has, stays as it is written there. */
export function inWords({ failure, failureParams, columns }: Statement, t: Texts) {
  if (failure !== 'statements.columnsMissing') return failureParams
  const fields = Object.entries(usualHeaders)
  const named = Object.values(columns)
  const missed = String(failureParams['columns'] ?? '').split(', ').map(header => {
    const field = named.includes(header) ? undefined : fields.find(each => each[1] === header)?.[0]
    return field === undefined ? header : t(`statements.form.${field}`)
  })
  return { ...failureParams, columns: missed.join(', ') }
}
