import type { Texts } from '#server/infra/texts.ts'

/** 'flat 45', 'parking place П3' in the words of the register. */
export function unitName(t: Texts, seat: { kind: string; unit: string }): string {
  return t(`identity.unit.${seat.kind}`, { number: seat.unit })
}

export function unitNames(t: Texts, seats: readonly { kind: string; unit: string }[]): string {
  return [...new Set(seats.map(seat => unitName(t, seat)))].join(', ')
}
