import { createHash } from 'node:crypto'
import { renderPdf } from '#server/documents/pdf/render.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { locales } from '#server/kernel/format.ts'
import { addDays } from '#server/kernel/period.ts'
import { insertBallots } from '#server/meetings/ballots/queries.ts'
import { closeVoting } from '#server/meetings/close-voting.ts'
import { freezeMeeting } from '#server/meetings/manifest/queries.ts'
import { agendaOf, meetingAt } from '#server/meetings/queries.ts'
import { seatsOfUnits, type RollSeat } from '#server/meetings/roll/queries.ts'
import { instantOf } from '#server/meetings/rules.ts'
import { meetingFacts, type MeetingFacts } from '#prisma/seed/demo/meeting-facts.ts'
import { worldId, type World, type WorldHouse } from '#prisma/seed/demo/world.ts'

/** In each country's house a meeting that is over, with results, and one that waits for votes. Their past is made here, not by the clock. */
export async function seedMeetings(world: World): Promise<void> {
  for (const facts of meetingFacts) {
    const house = world.house(facts.house)
    await serviceTransaction('seed', ctx => seedMeeting(ctx, { world, house, facts }))
  }
}

type Part = { world: World; house: WorldHouse; facts: MeetingFacts }
type Place = { buildingId: string; meetingId: string }

async function seedMeeting(ctx: Context, part: Part): Promise<void> {
  const { house, facts } = part
  const place = { buildingId: house.buildingId, meetingId: worldId('meeting', house.key, facts.key) }
  const [{ known } = { known: false }] = await ctx.db.$queryRaw<{ known: boolean }[]>`
    select exists (select 1 from meetings where building_id = ${place.buildingId}::uuid and meeting_id = ${place.meetingId}::uuid) as known`
  if (known) return
  await insertNotice(ctx, place, part)
  if (facts.paper !== undefined) await insertPaper(ctx, place, { ...facts, paper: facts.paper })
  const openedAt = instantOf(`${addDays(ctx.today, facts.opens)}T09:05`)
  const { manifestHash } = await freezeMeeting(ctx, { meeting: await meetingAt(ctx, place), items: await agendaOf(ctx, place), state: 'OPEN', openedAt })
  await insertVotes(ctx, place, { ...part, manifestHash, openedAt })
  if (facts.closes < 0) await closeVoting(ctx, place)
}

async function insertNotice(ctx: Context, place: Place, { world, house, facts }: Part): Promise<void> {
  const chair = world.person(house.country, 'CHAIR')
  const day = (offset: number) => addDays(ctx.today, offset)
  const weight = house.country === 'KZ' ? 'ONE_PER_UNIT' : 'AREA'
  const coOwners = house.country === 'KZ' ? 'ONE_REPRESENTATIVE' : 'SPLIT_SHARE'
  await ctx.db.$executeRaw`insert into meetings (building_id, meeting_id, number, title, form, scope, weight, co_owners, state, initiator, notice_days,
      notice_posted_at, opens_at, closes_at, created_by, created_at)
    values (${place.buildingId}::uuid, ${place.meetingId}::uuid, ${facts.number}, ${JSON.stringify(facts.title)}::jsonb, 'ABSENTEE_DIGITAL', 'house', ${weight}, ${coOwners},
      'NOTICE_POSTED', 'CHAIR', ${house.country === 'KZ' ? 5 : 10}, ${instantOf(`${day(facts.posted)}T10:00`)}, ${instantOf(`${day(facts.opens)}T09:00`)},
      ${instantOf(`${day(facts.closes)}T20:00`)}, ${chair.personId}::uuid, ${instantOf(`${day(facts.posted)}T10:00`)})`
  const items = facts.questions.map((question, index) => ({
    itemId: worldId('question', house.key, facts.key, String(index)), position: index + 1, question: question.text, explanation: question.explanation, ruleId: question.ruleId,
  }))
  await ctx.db.$executeRaw`insert into agenda_items (building_id, meeting_id, item_id, position, question, explanation, rule_id)
    select ${place.buildingId}::uuid, ${place.meetingId}::uuid, x."itemId", x.position, x.question, x.explanation, x."ruleId"
      from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as x("itemId" uuid, position int, question jsonb, explanation jsonb, "ruleId" text)`
}

/** The paper beside the first question: its own words again, plainly called invented. */
async function insertPaper(ctx: Context, place: Place, { paper, posted, questions: [first] }: MeetingFacts & { paper: string }): Promise<void> {
  const [item] = await agendaOf(ctx, place)
  if (!item || !first) return
  const madeAt = instantOf(`${addDays(ctx.today, posted)}T10:00`)
  const content = locales.flatMap(locale => [
    { text: first.text[locale], style: 'heading' }, { text: first.explanation[locale] }, { text: texts(locale)('meetings.papers.invented'), style: 'note' },
  ])
  const bytes = await renderPdf({ title: paper, locale: 'ru', madeAt, content: [{ text: paper, style: 'title' }, ...content] })
  const file = await storeFile(ctx, {
    buildingId: place.buildingId, premisesId: null, fileId: worldId('paper', place.meetingId), kind: 'MEETING_PAPER', subjectType: 'meeting', subjectId: place.meetingId, bytes, shared: true,
  })
  await ctx.db.$executeRaw`insert into meeting_papers (building_id, meeting_id, paper_id, item_id, title, sha256, media_type, size_bytes, added_at)
    values (${place.buildingId}::uuid, ${place.meetingId}::uuid, ${file.fileId}::uuid, ${item.itemId}::uuid, ${paper}, ${file.sha256}, ${file.mediaType}, ${file.sizeBytes}::bigint, ${madeAt})`
}

type Votes = Part & { manifestHash: string; openedAt: Date }

async function insertVotes(ctx: Context, place: Place, { world, house, facts, manifestHash, openedAt }: Votes): Promise<void> {
  const agenda = (await agendaOf(ctx, place)).map(item => item.itemId)
  const seats = await seatsOfUnits(ctx, place, house.premises.map(unit => unit.premisesId))
  const voting = seats.filter(seat => !facts.silent.includes(seat.unit)).sort((a, b) => Number(a.unit.replace(/\D/g, '')) - Number(b.unit.replace(/\D/g, ''))).slice(0, facts.votes)
  for (const [index, seat] of voting.entries()) {
    const castAt = new Date(openedAt.getTime() + (index + 1) * 37 * 60_000)
    await insertBallots(ctx, place, {
      ballotId: worldId('ballot', place.meetingId, seat.premisesId, String(seat.seat)), draftId: worldId('draft', place.meetingId, seat.premisesId, String(seat.seat)),
      personId: voterOf(world, house, seat), seats: [{ ...seat, grantId: null, level: 2 }], agenda, manifestHash, castAt,
      choices: facts.questions.map(question => question.answers[index % question.answers.length] ?? 'A').join(''), digest: hashOf('digest', place.meetingId, seat).toString('hex'),
      secret: hashOf('secret', place.meetingId, seat).toString('base64url'), proof: { challengeId: worldId('challenge', place.meetingId, seat.premisesId, String(seat.seat)), phone: '' },
    })
  }
}

/** The people of the demonstration find their own receipts; other owners have no phone here. */
function voterOf(world: World, house: WorldHouse, seat: RollSeat): string {
  const person = world.people.find(each => each.role !== 'TENANT' && each.home === house.key && each.units.some(unit => unit.premisesId === seat.premisesId))
  return person?.personId ?? worldId('voter', seat.premisesId, String(seat.seat))
}

function hashOf(word: string, meetingId: string, seat: RollSeat): Buffer {
  return createHash('sha256').update(`uyim demo|${word}|${meetingId}|${seat.premisesId}|${seat.seat}`).digest()
}
