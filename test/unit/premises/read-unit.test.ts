import { expect, it } from 'vitest'
import { readCorrection } from '#app/[locale]/(staff)/staff/registry/[buildingId]/[premisesId]/read-unit.ts'
import { newId } from '#server/kernel/ids.ts'

const at = { buildingId: newId(), premisesId: newId() }
const was = { number: '45', entrance: 2, floor: 7, rooms: null, areaM2: '54.6', livingAreaM2: '33.5', cadastralNumber: null, electricStove: false }
const typed = (more: Record<string, string>) => {
  const form = new FormData()
  for (const [name, value] of Object.entries({ number: '45', entrance: '2', floor: '7', rooms: '', areaM2: '54,60', livingAreaM2: '33,5', cadastralNumber: '', areaFrom: '', ground: 'Act 7', ...more })) form.set(name, value)
  return form
}

it('only what was changed is sent; a day belongs to a change of the area alone', () => {
  expect(readCorrection(typed({}), at, was)).toEqual({ ...at, ground: 'Act 7' })
  expect(readCorrection(typed({ areaM2: '60,2', areaFrom: '2026-10-11' }), at, was)).toEqual({ ...at, areaM2: '60.2', areaFrom: '2026-10-11', ground: 'Act 7' })
  expect(readCorrection(typed({ floor: '8', areaFrom: '2026-10-11' }), at, was)).toEqual({ ...at, floor: 8, ground: 'Act 7' })
  expect(readCorrection(typed({ livingAreaM2: '', electricStove: 'on', rooms: '0' }), at, was)).toEqual({ ...at, livingAreaM2: null, electricStove: true, rooms: 0, ground: 'Act 7' })
})

it('what is no figure, or has no ground, is not sent', () => {
  expect(readCorrection(typed({ floor: 'x' }), at, was)).toBeNull()
  expect(readCorrection(typed({ ground: '' }), at, was)).toBeNull()
})
