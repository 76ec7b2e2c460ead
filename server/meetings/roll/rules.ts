import { conflict } from '#server/kernel/errors.ts'
import { toRational, type Decimal } from '#server/kernel/quantity.ts'
import { canonicalJson, leafHash, rootOf, type Bytes, type Hash } from '#server/meetings/log/rules.ts'
import type { CoOwners, Scope, WeightKind } from '#server/meetings/schema.ts'

export type RollOwner = { readonly ownerId: string; readonly numerator: bigint; readonly denominator: bigint }
export type RollUnit = { readonly premisesId: string; readonly kind: string; readonly number: string; readonly areaM2: Decimal; readonly owners: readonly RollOwner[] }
export type Seat = { readonly premisesId: string; readonly seat: number; readonly kind: string; readonly unit: string; readonly ownerIds: readonly string[]; readonly weight: bigint }
export type Roll = { readonly seats: readonly Seat[]; readonly denominator: bigint; readonly weight: bigint }

/** Who votes on what: parking tariffs only by owners of parking and storage, the house by flats and other rooms. */
export function electorate(scope: Scope): readonly string[] {
  return scope === 'parkingTariff' ? ['PARKING', 'STORAGE'] : ['APARTMENT', 'NON_RESIDENTIAL']
}

export function leastCommonMultiple(numbers: readonly bigint[]): bigint {
  return numbers.reduce((all, each) => (all / greatestCommonDivisor(all, each)) * each, 1n)
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let left = a
  let right = b
  while (right !== 0n) [left, right] = [right, left % right]
  return left
}

const largest = 2n ** 62n

/**
 * The roll with whole weights over one denominator, so that nothing is ever rounded: by area, hundredths of m²
 * times the least common multiple of the shares; otherwise one unit one vote, split the same way.
 */
export function makeRoll(units: readonly RollUnit[], terms: { weight: WeightKind; coOwners: CoOwners }): Roll {
  if (units.length === 0) throw conflict('meetings.nobodyVotes')
  const split = terms.coOwners === 'SPLIT_SHARE'
  const shares = split ? leastCommonMultiple(units.flatMap(unit => unit.owners.map(owner => owner.denominator))) : 1n
  const seats = [...units].sort(byUnit).flatMap(unit => seatsOf(unit, { split, shares, whole: terms.weight === 'AREA' ? hundredths(unit.areaM2) : 1n }))
  const weight = seats.reduce((sum, seat) => sum + seat.weight, 0n)
  if (weight >= largest) throw conflict('meetings.sharesTooFine')
  return { seats, denominator: shares * (terms.weight === 'AREA' ? 100n : 1n), weight }
}

function hundredths(area: Decimal): bigint {
  const { numerator, denominator } = toRational(area)
  return (numerator * 100n) / denominator
}

type Scale = { readonly split: boolean; readonly shares: bigint; readonly whole: bigint }

function seatsOf(unit: RollUnit, { split, shares, whole }: Scale): Seat[] {
  const { premisesId, kind, number } = unit
  const owners = [...unit.owners].sort((a, b) => (a.ownerId < b.ownerId ? -1 : 1))
  const total = whole * shares
  if (!split || owners.length === 0) return [{ premisesId, seat: 1, kind, unit: number, ownerIds: owners.map(owner => owner.ownerId), weight: total }]
  const seats = owners.map((owner, index) => ({ premisesId, seat: index + 1, kind, unit: number, ownerIds: [owner.ownerId], weight: (total * owner.numerator) / owner.denominator }))
  const rest = total - seats.reduce((sum, seat) => sum + seat.weight, 0n)
  if (rest < 0n) throw conflict('meetings.sharesTooMany', { unit: number })
  // A share whose owner the register does not know still belongs to the whole against which majorities are counted.
  return rest === 0n ? seats : [...seats, { premisesId, seat: seats.length + 1, kind, unit: number, ownerIds: [], weight: rest }]
}

function byUnit(a: RollUnit, b: RollUnit): number {
  return a.kind === b.kind ? naturally(a.number, b.number) : a.kind < b.kind ? -1 : 1
}

function naturally(a: string, b: string): number {
  const digits = (text: string) => Number(/\d+/.exec(text)?.[0] ?? Number.MAX_SAFE_INTEGER)
  return digits(a) - digits(b) || (a < b ? -1 : 1)
}

/** What the roll says of a seat in the published list: no names (identity 5.3). */
export function rollLeaf(meetingId: string, seat: Pick<Seat, 'kind' | 'unit' | 'seat' | 'weight'>): string {
  return canonicalJson({ v: 1, t: 'roll', m: meetingId, k: seat.kind, u: seat.unit, s: seat.seat, w: seat.weight.toString() })
}

export function rollRoot(hash: Hash, meetingId: string, seats: readonly Seat[]): Bytes {
  return rootOf(hash, seats.map(seat => leafHash(hash, rollLeaf(meetingId, seat))))
}
