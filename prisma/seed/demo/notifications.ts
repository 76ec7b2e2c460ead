import { serviceTransaction } from '#server/infra/context.ts'
import { putLetters } from '#server/notifications/queries.ts'
import { worldId, type World } from '#prisma/seed/demo/world.ts'

/** A letter or two in every resident's inbox, as if the phone had been in use for a while. Again: no change. */
export async function seedNotifications(world: World): Promise<void> {
  for (const person of world.people.filter(each => each.units.length > 0)) {
    const buildingId = person.units[0]?.buildingId
    if (buildingId === undefined) continue
    await serviceTransaction('seed', async ctx => {
      const unit = world.houses.flatMap(house => house.premises).find(premises => premises.premisesId === person.units[0]?.premisesId)
      if (person.units[0]?.ownerId) {
        const at = new Date('2026-01-12T06:00:00Z')
        await putLetters(ctx, {
          buildingId, dedupeKey: worldId('letter', person.key, 'confirmed'), template: 'ownerConfirmed', params: { unit: unit?.number ?? '' }, link: 'profile',
          happenedAt: at, receivedAt: at, personIds: [person.personId], premisesIds: [],
        })
      }
    })
  }
}
