import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { addDays, localDateOf } from '#server/kernel/period.ts'
import { dueDates, foldEvents, registeredOn, serviceDueAt, type Category, type Place } from '#server/requests/rules.ts'
import { termFor, workingCalendar } from '#server/requests/terms/queries.ts'
import { worldId, type World, type WorldHouse, type WorldPerson } from '#prisma/seed/demo/world.ts'
import type { HouseKey } from '#prisma/seed/demo/houses.ts'

type Step = { event: string; side: string; hours: number; note?: Partial<Record<'uz' | 'kk' | 'ru', string>> }
type Story = { key: string; house: HouseKey; flat: string; category: Category; place: Place; emergency?: boolean; daysAgo: number; text: string; steps: Step[]; joined?: string[]; caller?: string }

const done = (hours: number, kk: string, uz: string): Step => ({ event: 'reportDone', side: 'STAFF', hours, note: { kk, uz } })
const begun: Step[] = [{ event: 'assign', side: 'STAFF', hours: 3 }, { event: 'start', side: 'STAFF', hours: 20 }]

const stories: readonly Story[] = [
  { key: 'kz-lift', house: 'abay12', flat: '25', category: 'LIFT', place: 'LIFT', daysAgo: 2, text: 'Лифт 7-қабатта тоқтап қалады, есігі толық ашылмайды.', steps: begun, joined: ['14', '33'] },
  { key: 'kz-roof', house: 'abay12', flat: '33', category: 'ROOF', place: 'ROOF', daysAgo: 9, text: 'После дождя с потолка капает в коридоре десятого этажа.', steps: [...begun, done(90, 'Шатырдың жігі бітелді, актісі жасалды.', '')] },
  { key: 'kz-clean', house: 'abay12', flat: '5', category: 'CLEANING', place: 'ENTRANCE', daysAgo: 14, text: 'В подъезде не мыли неделю.', steps: [...begun, done(40, 'Кіреберіс жуылды, кесте ілінді.', ''), { event: 'accept', side: 'RESIDENT', hours: 60 }] },
  { key: 'kz-heat', house: 'abay12', flat: '30', category: 'HEATING', place: 'FLAT', daysAgo: 4, text: 'Батареялар суық, бөлмеде 16 градус.', steps: [...begun, done(30, 'Ауа шығарылды.', ''), { event: 'reject', side: 'RESIDENT', hours: 40, note: { kk: 'Екінші бөлме әлі суық.' } }] },
  { key: 'kz-bill', house: 'abay12', flat: '25', category: 'BILL', place: 'FLAT', daysAgo: 20, text: 'Неге қазанда су көп шықты?', steps: [{ event: 'answer', side: 'STAFF', hours: 50, note: { kk: 'Қазандағы көрсеткіш 471, тұтыну алдыңғы айдан көп. Есептің әр жолын ашып қараңыз.' } }, { event: 'silence', side: 'SYSTEM', hours: 130 }], caller: 'Омарова А. С.' },
  { key: 'uz-water', house: 'chilonzor12', flat: '25', category: 'WATER', place: 'BASEMENT', daysAgo: 1, text: 'Yertoʻlada quvur yorilgan, suv oqyapti.', emergency: true, steps: [{ event: 'assign', side: 'STAFF', hours: 1 }], joined: ['14'] },
  { key: 'uz-light', house: 'chilonzor12', flat: '5', category: 'ELECTRICITY', place: 'ENTRANCE', daysAgo: 6, text: 'Birinchi podyezdda chiroq yonmaydi.', steps: [...begun, done(50, '', 'Chiroq va oʻchirgich almashtirildi.')] },
  { key: 'uz-waste', house: 'chilonzor12', flat: '30', category: 'WASTE', place: 'YARD', daysAgo: 17, text: 'Axlat ikki kundan beri olib ketilmagan.', steps: [...begun, done(30, '', 'Axlat olib ketildi, jadval yangilandi.'), { event: 'accept', side: 'RESIDENT', hours: 50 }] },
  { key: 'uz-yard', house: 'chilonzor12', flat: '33', category: 'YARD', place: 'YARD', daysAgo: 3, text: 'Hovlidagi argʻimchoq singan, bolalar jarohat olishi mumkin.', steps: [] },
  { key: 'kz-twin-door', house: 'abay14', flat: '5', category: 'DOORS', place: 'ENTRANCE', daysAgo: 3, text: 'Не закрывается входная дверь.', steps: [] },
  { key: 'uz-twin-roof', house: 'chilonzor14', flat: '5', category: 'ROOF', place: 'ROOF', daysAgo: 5, text: 'Tomdan suv oʻtyapti.', steps: [] },
]

/** Requests in every state a newcomer should see; doing it again changes nothing. */
export async function seedRequests(world: World): Promise<void> {
  await serviceTransaction('seed', async ctx => {
    for (const story of stories) await tell(ctx, world, story)
  })
}

const hour = 3_600_000

function livesIn(world: World, premisesId: string): WorldPerson | null {
  return world.people.find(each => each.units.some(home => home.premisesId === premisesId)) ?? null
}

async function tell(ctx: Context, world: World, story: Story): Promise<void> {
  const house = world.house(story.house)
  const requestId = worldId('request', story.key)
  const received = new Date(ctx.now.getTime() - story.daysAgo * 24 * hour)
  const unit = world.premises(story.house, story.flat)
  const claimed = await ctx.db.$executeRaw`insert into request_ids (request_id, building_id, premises_id, content_hash)
    values (${requestId}::uuid, ${house.buildingId}::uuid, ${unit.premisesId}::uuid, repeat('0', 64)) on conflict do nothing`
  if (claimed === 0) return
  await insertDetails(ctx, story, { house, requestId, received, premisesId: unit.premisesId, person: livesIn(world, unit.premisesId) })
  const events = eventsOf(story)
  await insertRequest(ctx, { house, story, requestId, received, state: foldEvents(events.map(each => each.event)), last: events.at(-1)?.hours ?? 0 })
  for (const [index, step] of events.entries()) await insertEvent(ctx, { house, requestId, seq: index + 1, step, at: new Date(Math.min(received.getTime() + step.hours * hour, ctx.now.getTime() - hour)), events })
  for (const number of story.joined ?? []) {
    const neighbour = world.premises(story.house, number).premisesId
    await ctx.db.$executeRaw`insert into request_joins (building_id, request_id, premises_id, person_id, joined_at)
      values (${house.buildingId}::uuid, ${requestId}::uuid, ${neighbour}::uuid, ${livesIn(world, neighbour)?.personId ?? null}::uuid, ${received})`
  }
}

type DetailsRow = { house: WorldHouse; requestId: string; received: Date; premisesId: string; person: WorldPerson | null }

async function insertDetails(ctx: Context, story: Story, { house, requestId, received, premisesId, person }: DetailsRow): Promise<void> {
  const [channel, reason, caller] = story.caller === undefined ? ['PWA', '', ''] : ['PHONE', house.country === 'UZ' ? 'qoʻngʻiroq' : 'қоңырау', story.caller]
  await ctx.db.$executeRaw`insert into request_details (building_id, request_id, premises_id, person_id, filed_by, channel, caller_name, on_behalf_reason, locale, text, submitted_at)
    values (${house.buildingId}::uuid, ${requestId}::uuid, ${premisesId}::uuid, ${person?.personId ?? null}::uuid, ${person?.personId ?? null}::uuid, ${channel}, ${caller}, ${reason},
      ${person?.locale ?? house.locale}, ${story.text}, ${received})`
}

function eventsOf(story: Story): Step[] {
  const joins = (story.joined ?? []).map((_, index): Step => ({ event: 'join', side: 'NEIGHBOUR', hours: 1 + index }))
  const side = story.caller ? 'CLERK' : 'RESIDENT'
  return [{ event: 'file', side, hours: 0 }, { event: 'register', side: 'SYSTEM', hours: 0 }, ...joins, ...story.steps]
}

type Row = { house: WorldHouse; story: Story; requestId: string; received: Date; state: string; last: number }

async function insertRequest(ctx: Context, { house, story, requestId, received, state, last }: Row): Promise<void> {
  const on = localDateOf(received, 300)
  const calendar = await workingCalendar(ctx.db, house.country, on)
  const question = { country: house.country, category: story.category, kind: 'APPLICATION', emergency: story.emergency ?? false, on }
  const due = dueDates(on, await termFor(ctx.db, 'ANSWER', question), calendar)
  const service = new Date(serviceDueAt(received, await termFor(ctx.db, 'SERVICE', question), calendar))
  // A result stands open long enough to be answered in the demonstration.
  const silence = ['DONE_BY_EXECUTOR', 'ANSWERED'].includes(state) ? addDays(ctx.today, 30) : null
  await ctx.db.$executeRaw`
    insert into requests (building_id, request_id, number, category, kind, place, entrance, emergency, state, received_at, registered_on, due_on, due_on_if_moved, due_moves, due_verified,
      due_ground, service_due_at, silence_ends_on, executor_organisation_id, joined, changed_at)
    select ${house.buildingId}::uuid, ${requestId}::uuid, coalesce((select max(number) from requests where building_id = ${house.buildingId}::uuid), 0) + 1, ${story.category}, 'APPLICATION', ${story.place},
      ${story.place === 'ENTRANCE' ? 1 : null}::int, ${story.emergency ?? false}, ${state}, ${received}, ${registeredOn(received, true, calendar)}::date, ${due.dueOn}::date, ${due.dueOnIfMoved}::date,
      ${due.moves}, ${due.verified}, ${due.ground}, ${service}, ${silence}::date, ${story.steps.some(step => step.event === 'assign') ? house.organisationId : null}::uuid, ${story.joined?.length ?? 0},
      ${new Date(Math.min(received.getTime() + last * hour, ctx.now.getTime()))}`
}

type EventRow = { house: WorldHouse; requestId: string; seq: number; step: Step; at: Date; events: readonly Step[] }

async function insertEvent(ctx: Context, { house, requestId, seq, step, at, events }: EventRow): Promise<void> {
  const note = step.note?.[house.locale] || Object.values(step.note ?? {}).find(text => text) || ''
  const params: Record<string, string> = step.event === 'assign' ? { executor: house.organisation.name } : step.event === 'join' ? { joined: String(events.slice(0, seq).filter(each => each.event === 'join').length) } : {}
  await ctx.db.$executeRaw`insert into request_events (building_id, request_id, seq, at, event, to_state, side, note, params)
    values (${house.buildingId}::uuid, ${requestId}::uuid, ${seq}, ${at}, ${step.event}, ${foldEvents(events.slice(0, seq).map(each => each.event))}, ${step.side}, ${note}, ${JSON.stringify(params)}::jsonb)`
}
