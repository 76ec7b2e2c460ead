import { describe, expect, it } from 'vitest'
import {
  anonymousActor, grantOnPremises, hasRightOnBuilding, hasRightOnPremises, isService, serviceActor, type Actor, type ActorGrant,
} from '#server/kernel/actor.ts'

const flat = { buildingId: 'house', premisesId: 'flat' }
const owner: ActorGrant = {
  id: 'owner', role: 'OWNER', scopeType: 'UNIT', scopeId: 'flat', buildingId: 'house', premisesId: 'flat', level: 2,
  rights: ['house.read', 'bill.read', 'vote.cast'],
}
const chair: ActorGrant = { ...owner, id: 'chair', role: 'CHAIR', scopeType: 'BUILDING', scopeId: 'house', premisesId: null, rights: ['house.money', 'bill.read'] }
const clerk: ActorGrant = { ...owner, id: 'clerk', role: 'CLERK', scopeType: 'ORGANISATION', scopeId: 'company', buildingId: null, premisesId: null, rights: ['bill.read'] }

function actorWith(...grants: ActorGrant[]): Actor {
  return { ...anonymousActor, personId: 'person', kind: 'RESIDENT', grants }
}

describe('rights on premises', () => {
  it('come from owning exactly these premises', () => {
    expect(hasRightOnPremises(actorWith(owner), 'bill.read', flat)).toBe(true)
    expect(hasRightOnPremises(actorWith(owner), 'bill.read', { ...flat, premisesId: 'neighbour' })).toBe(false)
    expect(hasRightOnPremises(actorWith(owner), 'bill.read', { ...flat, buildingId: 'twin' })).toBe(false)
  })

  it('come only with the right named in the grant', () => {
    expect(hasRightOnPremises(actorWith(owner), 'house.money', flat)).toBe(false)
    expect(hasRightOnPremises(anonymousActor, 'bill.read', flat)).toBe(false)
  })

  it('come from a right over the whole building or the organisation', () => {
    expect(hasRightOnPremises(actorWith(chair), 'bill.read', flat)).toBe(true)
    expect(hasRightOnPremises(actorWith(chair), 'bill.read', { ...flat, buildingId: 'twin' })).toBe(false)
    expect(hasRightOnPremises(actorWith(clerk), 'bill.read', flat)).toBe(true)
  })

  it('name the chosen grant first, so that the trail says as what one acted', () => {
    const both = actorWith(owner, chair)
    expect(grantOnPremises(both, 'bill.read', flat)?.id).toBe('owner')
    expect(grantOnPremises({ ...both, actingGrantId: 'chair' }, 'bill.read', flat)?.id).toBe('chair')
    expect(grantOnPremises({ ...both, actingGrantId: 'chair' }, 'vote.cast', flat)?.id).toBe('owner')
  })
})

describe('rights on a building', () => {
  it('do not come from one flat, save reading what concerns the house', () => {
    expect(hasRightOnBuilding(actorWith(owner), 'bill.read', 'house')).toBe(false)
    expect(hasRightOnBuilding(actorWith(owner), 'house.read', 'house')).toBe(true)
    expect(hasRightOnBuilding(actorWith(owner), 'house.read', 'twin')).toBe(false)
  })

  it('come from a grant over it', () => {
    expect(hasRightOnBuilding(actorWith(chair), 'house.money', 'house')).toBe(true)
    expect(hasRightOnBuilding(actorWith(chair), 'house.money', 'twin')).toBe(false)
  })
})

describe('machine actors', () => {
  it('are known by name and have no grants', () => {
    const billing = serviceActor('billing')
    expect([isService(billing, 'billing', 'worker'), isService(billing, 'payments'), isService(anonymousActor, 'billing')]).toEqual([true, false, false])
    expect(hasRightOnPremises(billing, 'bill.read', flat)).toBe(false)
  })
})
