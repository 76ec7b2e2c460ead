// The counted reading that stands on a corrected one: the same figures and photo, and another consumption, by as much less or more.
import 'server-only'
import type { AuditEntry } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sha256 } from '#server/infra/crypto.ts'
import { invalid } from '#server/kernel/errors.ts'
import { formatDate } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDecimal, compareDecimal, subtractDecimal, type Decimal } from '#server/kernel/quantity.ts'
import type { Meter, NextReading } from '#server/meters/queries.ts'
import { judgeReading, type PreviousReading, type Verdict } from '#server/meters/rules.ts'
import type { SubmittedReading } from '#server/meters/schema.ts'
import type { BilledReading } from '#server/meters/store-reading.ts'

type Floor = PreviousReading & Pick<SubmittedReading, 'consumption' | 'state'>
/** `old`: what `floor` took the place of; it was the floor of `next` where it counted. */
type Recount = { readonly next: NextReading; readonly old: Floor; readonly floor: Floor; readonly billed: BilledReading | null; readonly reason: string }

/** Under the meter's lock, after the floor was corrected; what the audit is to say of it. Months that bills have taken have the difference on the next bill, as of any correction. */
export async function recountNext(ctx: Context, meter: Meter, { next, old, floor, billed, reason }: Recount): Promise<AuditEntry> {
  const verdict = judgeReading(floor, next, { meter, window: { fromDay: 1, toDay: 31, graceDays: 0 }, usual: null, today: ctx.today, laterTakenOn: null })
  const [consumption, parts] = verdict.kind === 'refused' || isNewTurn(verdict, { next, old, floor }) ? [null, null] : [verdict.consumption, verdict.parts]
  if (consumption === null || parts === null) throw invalid('meters.aboveNext', { date: formatDate(next.takenOn) })
  const readingId = newId()
  const at = { buildingId: meter.buildingId, meterId: meter.meterId }
  await ctx.db.$executeRaw`insert into reading_ids (reading_id, building_id, premises_id, meter_id, taken_on, content_hash)
    values (${readingId}::uuid, ${at.buildingId}::uuid, ${meter.premisesId}::uuid, ${at.meterId}::uuid, ${next.takenOn}::date, ${sha256(JSON.stringify(['recounts', next.readingId, consumption]))})`
  await ctx.db.$executeRaw`
    with old as (
      update readings set superseded_by = ${readingId}::uuid, superseded_at = app.now()
       where building_id = ${at.buildingId}::uuid and meter_id = ${at.meterId}::uuid and taken_on = ${next.takenOn}::date and reading_id = ${next.readingId}::uuid and superseded_by is null returning *)
    insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions, state, late, confirmed, flags, source, photo_file_id,
        submitted_at, received_at, person_id, note, supersedes_reading_id, billed_difference, billed_through)
    select o.building_id, o.meter_id, o.taken_on, ${readingId}::uuid, o.premises_id, o.period, o.register_values, ${consumption}::numeric, ${[...parts]}::numeric[], o.state, o.late, o.confirmed, o.flags, o.source, o.photo_file_id,
        o.submitted_at, greatest(app.now(), o.received_at + interval '1 microsecond'), ${ctx.actor.personId}::uuid, ${reason}, o.reading_id,
        ${billed === null ? null : subtractDecimal(consumption, billed.volume)}::numeric, ${billed?.through ?? null}::char(7) from old o`
  return { action: 'meters.correctReading', buildingId: at.buildingId, premisesId: meter.premisesId, subjectType: 'reading', subjectId: readingId, ground: reason,
    before: { readingId: next.readingId, consumption: next.consumption }, after: { values: next.values, takenOn: next.takenOn, period: next.period, consumption } }
}

/** A figure above the next is a slip, not a turn of the scale, unless the scale has turned between them before or both count together what they did. */
function isNewTurn({ questions, consumption }: Exclude<Verdict, { kind: 'refused' }>, { next, old, floor }: Pick<Recount, 'next' | 'old' | 'floor'>): boolean {
  if (questions.every(each => each.code !== 'rolledOver')) return false
  const turned = old.state === 'ACCEPTED' && next.values.some((value, index) => compareDecimal(value, old.values[index] ?? '0') < 0)
  const together = (first: Decimal | null, second: Decimal | null) => addDecimal(first ?? '0', second ?? '0')
  return !turned && together(floor.consumption, consumption) !== together(old.consumption, next.consumption)
}
