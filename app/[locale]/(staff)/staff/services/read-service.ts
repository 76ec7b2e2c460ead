import { draftServiceInput, type DraftServiceInput } from '#server/billing/services/schema.ts'

/** The form as the procedure takes it; null where something is missing or cannot be read at all. What does not belong to the way is left out. */
export function readService(form: FormData, made: { changeId: string; buildingId: string }): DraftServiceInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const all = (name: string) => form.getAll(name).map(String)
  const method = said('method')
  const read = draftServiceInput.safeParse({
    ...made, service: said('service'), from: said('from'), ground: said('ground'), method: method === 'NONE' ? null : method, volumeOf: all('volumeOf'), kinds: all('kinds'), seasonal: form.get('seasonal') !== null,
    commonSharedBy: said('common') || null,
  })
  return read.success ? read.data : null
}
