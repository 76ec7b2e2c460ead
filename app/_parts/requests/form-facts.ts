import type { Category, CategoryFacts, Place } from '#server/requests/rules.ts'

/** From where one may ask: what the form knows, with a network and without. */
export type AskingHome = { buildingId: string; premisesId: string; house: string; flat: string; entrance: number | null }

export type Typed = { premisesId: string; text: string; category: string; place: string; entrance: string; emergency: string }

export const blankRequest: Typed = { premisesId: '', text: '', category: '', place: '', entrance: '', emergency: '' }

export function categoryOf(categories: readonly CategoryFacts[], typed: string): CategoryFacts | null {
  return categories.find(each => each.category === typed) ?? null
}

/** The only place of a category is chosen by itself. */
export function placeOf(facts: CategoryFacts | null, typed: string): Place | null {
  if (!facts) return null
  return facts.places.find(each => each === typed) ?? (facts.places.length === 1 ? facts.places[0] ?? null : null)
}

export type ReadyRequest = { buildingId: string; premisesId: string; category: Category; place: Place; entrance: number | null; emergency: boolean; text: string }

/** The input when everything needed is there, else null; the server judges anew. */
export function readyRequest(typed: Typed, { homes, categories, hasPhoto }: { homes: readonly AskingHome[]; categories: readonly CategoryFacts[]; hasPhoto: boolean }): ReadyRequest | null {
  const home = homes.find(each => each.premisesId === typed.premisesId) ?? homes[0]
  const facts = categoryOf(categories, typed.category)
  const place = placeOf(facts, typed.place)
  const text = typed.text.trim()
  if (!home || !facts || !place || (text === '' && !hasPhoto)) return null
  const emergency = facts.emergencyPossible && typed.emergency === 'yes'
  return { buildingId: home.buildingId, premisesId: home.premisesId, category: facts.category, place, text, emergency, entrance: entranceOf(place, typed, home) }
}

export type MissingField = 'text' | 'category' | 'place'

/** The first field that keeps the request from being ready, in the order of the form. */
export function missingField(typed: Typed, { categories, hasPhoto }: { categories: readonly CategoryFacts[]; hasPhoto: boolean }): MissingField {
  if (typed.text.trim() === '' && !hasPhoto) return 'text'
  return categoryOf(categories, typed.category) ? 'place' : 'category'
}

function entranceOf(place: Place, typed: Typed, home: AskingHome): number | null {
  return place === 'ENTRANCE' || place === 'LIFT' ? Number(typed.entrance) || home.entrance : null
}
