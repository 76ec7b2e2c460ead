import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'

export const noHouse = '00000000-0000-0000-0000-000000000000'

/** What a file says in one place: text as typed; from a spreadsheet also numbers (as text), dates, yes and no. */
export type Cell = string | { readonly number: string } | Date | boolean | null

export type CellKind = 'text' | 'name' | 'code' | 'integer' | 'decimal' | 'area' | 'date' | 'yesNo' | 'choice' | 'share' | 'phone' | 'personalId' | 'unitNumber' | 'flats'

export type ColumnRule = {
  /** Name of the field it fills. */
  readonly field: string
  /** Headers by which the column is known; letters, script and apostrophes do not matter. */
  readonly headers: readonly string[]
  readonly kind: CellKind
  readonly required?: boolean
  /** Longest text; lengths allowed for a code. */
  readonly most?: number
  readonly lengths?: readonly number[]
  /** Words of the file for each of our values. */
  readonly choices?: Readonly<Record<string, readonly string[]>>
  readonly least?: number
  readonly greatest?: number
}

export const targets = ['TERRITORY', 'BUILDING', 'PREMISES', 'OWNER', 'ACCOUNT', 'READING'] as const
export type Target = (typeof targets)[number]

export const meterServices = ['COLD_WATER', 'HOT_WATER', 'ELECTRICITY', 'HEAT', 'GAS'] as const

export type Mapping = {
  readonly id: string
  readonly target: Target
  readonly country?: Country
  /** Whose keys the rows carry; houses of different sources never mix. */
  readonly source: string
  /** What must be chosen beside the file. */
  readonly needs: 'NOTHING' | 'HOUSE' | 'METER_PLACE'
  /** REFERENCE: classifiers, for the platform only. */
  readonly right: 'REFERENCE' | 'REGISTER' | 'READINGS'
  readonly delimiter?: ',' | ';' | '\t'
  readonly columns: readonly ColumnRule[]
  /** Columns that are known and not taken. */
  readonly ignored?: readonly string[]
  readonly constants?: Readonly<Record<string, string | number | boolean>>
  readonly meter?: { readonly service: (typeof meterServices)[number]; readonly unit: 'm3' | 'kWh' | 'Gcal'; readonly digits: number; readonly decimals: number; readonly serial: string }
  /** Parent is named by the number of another row of the same file. */
  readonly parentByRow?: boolean
  readonly edition?: string
}

export type Severity = 'REFUSED' | 'FLAGGED'
/** `code` is the key of its sentence in the locale files. */
export type Finding = { readonly row: number; readonly part: number; readonly column: string; readonly severity: Severity; readonly code: string; readonly params: Readonly<Record<string, string | number>> }

export type Flat = { readonly rooms: number | null; readonly area: string; readonly floor: number | null }
export type Value = string | number | boolean | null | readonly Flat[] | { readonly numerator: string; readonly denominator: string }
export type Values = Readonly<Record<string, Value>>

export type StagedRow = {
  readonly row: number
  readonly part: number
  readonly target: Target
  readonly houseKey: string
  readonly unitKey: string
  readonly itemKey: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly refused: boolean
}

export const batchStates = ['RECEIVED', 'READING', 'READ', 'APPLYING', 'DONE', 'FAILED', 'DISCARDED'] as const
export type BatchState = (typeof batchStates)[number]

const id = z.string().check(z.refine(isId))

export const importOptions = z.object({
  buildingId: z.optional(id),
  premisesId: z.optional(id),
  /** The flat by its number, where a person names it and not a program. */
  unit: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(20))),
  organisationId: z.optional(id),
  serial: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(40))),
})

export const submitFileInput = z.object({
  batchId: id,
  mapping: z.string().check(z.regex(/^[a-z0-9-]{3,60}$/)),
  fileName: z.string().check(z.trim(), z.minLength(1), z.maxLength(300)),
  options: importOptions,
})
export type SubmitFileInput = z.output<typeof submitFileInput>

export const batchInput = z.object({ batchId: id })
export const listBatchesInput = z.object({ page: z._default(z.int().check(z.gte(1), z.lte(10_000)), 1) })
export const findingsInput = z.object({ batchId: id, severity: z.optional(z.enum(['REFUSED', 'FLAGGED'])), page: z._default(z.int().check(z.gte(1), z.lte(10_000)), 1) })

export type Counts = Partial<Record<Target, Partial<Record<'NEW' | 'CHANGED' | 'SAME' | 'REFUSED', number>>>>
