import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import { day, services } from '#server/billing/schema.ts'
import { customerClasses, newAct, paperNumber } from '#server/billing/tariffs/schema.ts'

export const heatModes = ['BY_AREA', 'BY_BUILDING_METER', 'BY_FLAT_METER'] as const
export const seasonPolicies = ['IN_SEASON', 'SPREAD_12'] as const
export const heatKinds = ['CONTRACT', 'SEASON', 'NORM'] as const
export type HeatKind = (typeof heatKinds)[number]

const id = z.string().check(z.refine(isId))
const figure = z.string().check(z.trim(), z.minLength(1), z.maxLength(20))
const words = (least: number, most: number) => z.string().check(z.trim(), z.minLength(least), z.maxLength(most))

const place = {
  /** Made by the browser: pressed twice is drafted once. */
  heatId: id,
  country: z.enum(['UZ', 'KZ']),
  /** Digits of the place's classifier code from the left. */
  territoryPrefix: z.string().check(z.regex(/^[0-9]{0,9}$/)),
  actId: z.nullable(words(1, 80)),
  newAct: z.nullable(newAct),
  source: words(3, 300),
  from: day,
}
const contract = z.strictObject({
  kind: z.literal('CONTRACT'), heatId: id, buildingId: id,
  /** null: every flat of the house that has no contract of its own. */
  premisesId: z.nullable(id),
  number: paperNumber(60), supplierId: id, mode: z.enum(heatModes), areaM2: z.nullable(figure), policy: z.enum(seasonPolicies), hotWater: z.boolean(), customerClass: z.enum(customerClasses), from: day, to: z.nullable(day),
})
const season = z.strictObject({ kind: z.literal('SEASON'), ...place, to: day })
const norm = z.strictObject({ kind: z.literal('NORM'), ...place, to: z.nullable(day), litres: figure, gcalPerM3: z.nullable(figure) })

export const draftHeatInput = z.discriminatedUnion('kind', [contract, season, norm])
export type DraftHeatInput = z.output<typeof draftHeatInput>
export type ContractDraft = z.output<typeof contract>
export type SeasonDraft = z.output<typeof season>
export type NormDraft = z.output<typeof norm>

/** A contract is found in its house; a season and a norm belong to a place. */
export const heatInput = z.strictObject({ kind: z.enum(heatKinds), heatId: id, buildingId: z.nullable(id) })
export type HeatInput = z.output<typeof heatInput>
/** A draft is taken or sent back; what is published gets its last day. */
export const endHeatInput = z.strictObject({ kind: z.enum(heatKinds), heatId: id, buildingId: z.nullable(id), lastDay: z.nullable(day), ground: words(3, 300) })
export type EndHeatInput = z.output<typeof endHeatInput>

export const registerInterruptionInput = z.strictObject({ interruptionId: id, buildingId: id, service: z.enum(services), from: day, to: day, act: paperNumber(60) })
export type RegisterInterruptionInput = z.output<typeof registerInterruptionInput>
/** `counterAct`: the paper by which an act that bills have counted is undone. */
export const withdrawInterruptionInput = z.strictObject({ interruptionId: id, buildingId: id, reason: words(3, 300), counterAct: z.nullable(paperNumber(60)) })
export type WithdrawInterruptionInput = z.output<typeof withdrawInterruptionInput>
export const heatDeskInput = z.strictObject({ buildingId: z.optional(id) })
export type HeatDeskInput = z.output<typeof heatDeskInput>
