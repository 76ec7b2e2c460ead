// The phone's own clock, for what a person does here and now; the server has its own and judges anew.
import { localDateOf, type LocalDate } from '#server/kernel/period.ts'

export function phoneToday(): LocalDate {
  return localDateOf(new Date(), 300)
}

export function phoneInstant(): string {
  return new Date().toISOString()
}
