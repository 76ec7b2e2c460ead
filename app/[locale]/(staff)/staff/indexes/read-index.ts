import { readLegalAct } from '#app/_parts/billing/read-legal-act.ts'
import { draftIndexInput, type DraftIndexInput } from '#server/billing/indexes/schema.ts'

/** The form as the procedure takes it; null where something is missing. */
export function readIndexDraft(form: FormData, indexId: string): DraftIndexInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const [country, code] = said('figure').split(':')
  const given = draftIndexInput.safeParse({
    indexId, country, code, from: said('from'), value: said('value'), source: said('source'), ...readLegalAct(form),
  })
  return given.success ? given.data : null
}
