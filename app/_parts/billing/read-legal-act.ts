type NewAct = { kind: string; number: string; issuedOn: string; title: string; url: string | null }

/** The act of a form with ActFields, as drafts take it: the one that was chosen, or a new one. */
export function readLegalAct(form: FormData): { actId: string | null; newAct: NewAct | null } {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  if (said('act') !== 'new') return { actId: said('act') || null, newAct: null }
  return { actId: null, newAct: { kind: said('actKind'), number: said('actNumber'), issuedOn: said('actDate'), title: said('actTitle'), url: said('actUrl') || null } }
}
