import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import { isLocalDate, isPeriod } from '#server/kernel/period.ts'

const id = z.string().check(z.refine(isId))
const day = z.string().check(z.refine(isLocalDate))
const figure = z.string().check(z.maxLength(40))
const figures = z.array(figure).check(z.minLength(1), z.maxLength(4))
/** Base64 of a JPEG that the phone has made small; 300 kB of bytes. */
const photo = z.string().check(z.maxLength(410_000))
const photos = z._default(z.array(photo).check(z.maxLength(1)), [])
const codes = z._default(z.array(z.string().check(z.maxLength(40))).check(z.maxLength(10)), [])
const act = z.string().check(z.trim(), z.minLength(1), z.maxLength(300))

/** Staff act for a caller: who called and why is kept with the reading. */
export const onBehalf = z.object({ premisesId: z.optional(id), callerName: act, reason: act })

export const submitReadingInput = z.object({
  /** Made by the phone; the same id is the same reading however often it arrives. */
  readingId: id,
  buildingId: id,
  meterId: id,
  values: figures,
  takenOn: day,
  submittedAt: z.iso.datetime(),
  confirmed: codes,
  photos,
  /** What to do when the server asks what the phone did not: refuse with the question, or keep it without counting. */
  ifAsked: z._default(z.enum(['ASK', 'KEEP']), 'ASK'),
  onBehalf: z.optional(onBehalf),
})
export type SubmitReadingInput = z.output<typeof submitReadingInput>

export const correctReadingInput = z.object({
  readingId: id,
  buildingId: id,
  /** Ids of readings from a file follow from what they say, and are of no version. */
  corrects: z.string().check(z.refine(text => z.guid().safeParse(text).success)),
  values: figures,
  submittedAt: z.iso.datetime(),
  confirmed: codes,
  reason: z._default(z.string().check(z.trim(), z.maxLength(300)), ''),
  onBehalf: z.optional(onBehalf),
})
export type CorrectReadingInput = z.output<typeof correctReadingInput>

export const services = ['COLD_WATER', 'HOT_WATER', 'ELECTRICITY', 'HEAT', 'GAS'] as const
export const units = ['m3', 'kWh', 'Gcal'] as const

const device = {
  serial: z.string().check(z.trim(), z.minLength(1), z.maxLength(40)),
  registers: z.int().check(z.gte(1), z.lte(4)),
  digits: z.int().check(z.gte(1), z.lte(9)),
  decimals: z.int().check(z.gte(0), z.lte(3)),
  installedOn: day,
  verifiedUntil: z.nullable(day),
  initialValues: figures,
}

export const registerMeterInput = z.object({
  buildingId: id, meterId: id, premisesId: z.nullable(id),
  service: z.enum(services), unit: z.enum(units), act, ...device,
})
export type RegisterMeterInput = z.output<typeof registerMeterInput>

export const replaceMeterInput = z.object({
  buildingId: id, meterId: id, newMeterId: id,
  finalValues: figures, confirmed: codes, act, ...device,
})
export type ReplaceMeterInput = z.output<typeof replaceMeterInput>

export const meterInput = z.object({ buildingId: id, meterId: id })
export const houseInput = z.object({ buildingId: id })
export const premisesInput = z.object({ premisesId: id })
export const monthOfHouseInput = z.object({ buildingId: id, period: z.string().check(z.refine(isPeriod)) })

export type SubmittedReading = {
  readingId: string
  meterId: string
  values: string[]
  takenOn: string
  period: string
  consumption: string | null
  state: 'ACCEPTED' | 'FLAGGED'
  flags: string[]
  late: boolean
  receivedAt: Date
  photoFileId: string | null
}
