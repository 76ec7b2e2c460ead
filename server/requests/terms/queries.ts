import 'server-only'
import type { Db } from '#server/infra/db.ts'
import { calendarOf, type WorkingCalendar } from '#server/kernel/calendar.ts'
import { addDays, type LocalDate } from '#server/kernel/period.ts'
import { chooseTerm, type CategoryFacts, type RequestTerm, type TermUnit } from '#server/requests/rules.ts'

export async function workingCalendar(db: Db, country: string, around: LocalDate): Promise<WorkingCalendar> {
  const days = await db.$queryRaw<{ country: string; day: LocalDate; working: boolean }[]>`
    select country::text as country, day::text as day, working from calendar_days
    where country = ${country} and day between ${addDays(around, -10)}::date and ${addDays(around, 120)}::date`
  return calendarOf(country, days)
}

export async function categoryFacts(db: Db, on: LocalDate): Promise<CategoryFacts[]> {
  return db.$queryRaw<CategoryFacts[]>`select category, emergency_possible as "emergencyPossible", places from request_categories
    where valid_from <= ${on}::date and coalesce(valid_to, 'infinity') >= ${on}::date order by position`
}

type TermRow = RequestTerm & { unit: TermUnit; category: string; kind: string; emergency: boolean; validFrom: LocalDate }
export type Purpose = 'ANSWER' | 'SERVICE' | 'EXTENSION' | 'FORWARD' | 'SILENCE'
export type TermQuestion = { country: string; category: string; kind: string; emergency: boolean; on: LocalDate }

export async function termFor(db: Db, purpose: Purpose, { country, ...request }: TermQuestion): Promise<RequestTerm> {
  const rows = await db.$queryRaw<TermRow[]>`select amount, unit, end_moves as "endMoves", ground, verified, category, kind, emergency, valid_from::text as "validFrom"
    from request_terms where country = ${country} and purpose = ${purpose}`
  const term = chooseTerm(rows, request)
  if (!term) throw new Error(`no term ${purpose} for ${country} on ${request.on}`)
  return term
}
