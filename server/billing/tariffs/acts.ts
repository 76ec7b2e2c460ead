import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import type { NewAct } from './schema.ts'

type Said = { readonly id: string; readonly country: string; readonly actId: string | null; readonly newAct: NewAct | null; readonly what: string }

/** The act that was chosen, or a new one; it is told in the language in which it was issued, and nobody has checked it yet. */
export async function actOf(ctx: Context, { id, actId, newAct, country, what }: Said): Promise<string | null> {
  if (newAct === null) {
    const rows = actId === null ? [] : await ctx.db.$queryRaw<{ actId: string }[]>`select act_id as "actId" from legal_acts where act_id = ${actId} and country = ${country}`
    if (actId !== null && rows.length === 0) throw invalid('tariffs.actUnknown')
    return actId
  }
  const made = `act-${id}`
  await ctx.db.$executeRaw`insert into legal_acts (act_id, country, kind, number, issued_on, title_uz, title_kk, title_ru, url, source, verified)
    values (${made}, ${country}, ${newAct.kind}, ${newAct.number}, ${newAct.issuedOn}::date, ${newAct.title}, ${newAct.title}, ${newAct.title}, ${newAct.url ?? ''}, ${`typed with the draft of a ${what}`}, false)`.catch((error: unknown) => {
    throw sqlState(error) === uniqueViolation ? conflict('tariffs.draftedAlready') : error
  })
  return made
}
