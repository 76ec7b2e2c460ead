import { draftIndexInput, type DraftIndexInput } from '#server/billing/indexes/schema.ts'

/** The form as the procedure takes it; null where something is missing. */
export function readIndexDraft(form: FormData, indexId: string): DraftIndexInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const [country, code] = said('figure').split(':')
  const given = draftIndexInput.safeParse({
    indexId, country, code, from: said('from'), value: said('value'), source: said('source'), actId: said('act') === 'new' ? null : said('act') || null,
    newAct: said('act') === 'new' ? { kind: said('actKind'), number: said('actNumber'), issuedOn: said('actDate'), title: said('actTitle'), url: null } : null,
  })
  return given.success ? given.data : null
}
