import { beforeAll, describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { asStranger } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { codeOf, eventsOf, fileOne, requestOf, scene, type Scene } from '#test/integration/requests/support.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('fileRequest', () => {
  it('numbers the request per house, computes the terms, registers it, traces and announces it', async () => {
    const input = requestOf(s)
    const filed = await s.owner.caller.requests.fileRequest(input)
    expect(filed).toMatchObject({ number: 1, state: 'REGISTERED', registeredOn: '2026-09-04', dueOn: '2026-09-19', dueOnIfMoved: '2026-09-21', dueMoves: null, dueVerified: true })
    expect(await eventsOf(s.db, input.requestId)).toEqual(['file', 'register'])
    expect(await s.db.sql('select action, person_id from audit_entries where subject_id = $1', [input.requestId])).toEqual([{ action: 'requests.fileRequest', person_id: s.owner.personId }])
    expect(await s.db.sql(`select payload -> 'personIds' as people, payload ->> 'number' as number from event_queue where name = 'requests.requestFiled' and payload ->> 'requestId' = $1`, [input.requestId]))
      .toEqual([{ people: [s.owner.personId], number: '1' }])
    expect((await s.owner.caller.requests.fileRequest(requestOf(s, { text: 'Ещё' }))).number).toBe(2)
    expect((await s.twinOwner.caller.requests.fileRequest(requestOf({ house: s.twin, unit: s.twin.premises[0] ?? s.unit }))).number).toBe(1)
  })

  it('answers the stored request to the same id and content, and a conflict to other content; ten copies at once are one', async () => {
    const input = requestOf(s, { text: 'Копии' })
    const answers = await Promise.all(Array.from({ length: 10 }, () => s.owner.caller.requests.fileRequest(input)))
    expect(new Set(answers.map(answer => answer.number)).size).toBe(1)
    expect(await codeOf(s.owner.caller.requests.fileRequest({ ...input, text: 'Другое' }))).toBe('requests.requestIdTaken')
    expect(await s.db.sql('select count(*)::int as n from requests where request_id = $1', [input.requestId])).toEqual([{ n: 1 }])
  })

  it('AT-UZ-12: received on Saturday at 23:10 it waits for registration, the term runs from receipt; an emergency does not wait', async () => {
    await setNow('2026-09-05T18:10:00Z')
    expect(await s.owner.caller.requests.fileRequest(requestOf(s, { text: 'Ночью' }))).toMatchObject({ state: 'RECEIVED', registeredOn: '2026-09-07', dueOn: '2026-09-20', dueOnIfMoved: '2026-09-21' })
    const urgent = await s.owner.caller.requests.fileRequest(requestOf(s, { text: 'Топит', emergency: true }))
    expect(urgent).toMatchObject({ state: 'REGISTERED', registeredOn: '2026-09-05', emergency: true })
    expect(urgent.serviceDueAt.toISOString().slice(0, 16)).toBe('2026-09-05T19:10')
    await setNow('2026-09-04T05:00:00Z')
  })

  it('keeps a photo re-encoded, and the request when a photo cannot be read', async () => {
    const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'red' } }).jpeg().toBuffer()
    const input = requestOf(s, { text: '', photos: [photo.toString('base64')] })
    await s.owner.caller.requests.fileRequest(input)
    expect((await s.owner.caller.requests.one(input)).details?.photoIds).toHaveLength(1)
    const broken = requestOf(s, { text: 'Фото не открылось', photos: [Buffer.from('not a photo').toString('base64')] })
    await s.owner.caller.requests.fileRequest(broken)
    expect((await s.owner.caller.requests.one(broken)).details?.photoIds).toEqual([])
  })

  it('lets a clerk file for a caller with the reason, shown on the request', async () => {
    const onBehalfOf = { premisesId: s.unit.premisesId, callerName: 'Karimova D.', reason: 'no phone of her own' }
    const input = { ...requestOf(s, { text: 'По телефону' }), onBehalfOf }
    expect(await codeOf(s.clerk.caller.requests.fileRequest(requestOf(s)))).toBe('requests.callerNeeded')
    await s.clerk.caller.requests.fileRequest(input)
    expect((await s.owner.caller.requests.one(input)).details).toMatchObject({ callerName: 'Karimova D.', onBehalfReason: 'no phone of her own', channel: 'PHONE' })
    expect(await s.db.sql('select ground from audit_entries where subject_id = $1', [input.requestId])).toEqual([{ ground: 'Karimova D.: no phone of her own' }])
    expect(await codeOf(s.owner.caller.requests.fileRequest({ ...requestOf(s), onBehalfOf }))).toBe('requests.mayNotFileForOthers')
  })

  it('refuses an empty one, a place that does not fit, an emergency where none can be, a strange flat, a strange house, a stranger', async () => {
    const refused = (change: Record<string, unknown>) => codeOf(s.owner.caller.requests.fileRequest(requestOf(s, change)))
    expect(await refused({ text: '  ' })).toBe('requests.sayOrShow')
    expect(await refused({ category: 'LIFT', place: 'YARD' })).toBe('requests.placeDoesNotFit')
    expect(await refused({ category: 'CLEANING', place: 'ENTRANCE', emergency: true })).toBe('requests.noEmergencyHere')
    expect(await refused({ premisesId: s.neighbourUnit.premisesId })).toBe('requests.mayNotFile')
    expect(await refused({ premisesId: undefined })).toBe('requests.mayNotFile')
    expect(await codeOf(s.owner.caller.requests.fileRequest(requestOf({ house: s.twin, unit: s.twin.premises[0] ?? s.unit })))).toBe('common.notFound')
    expect(await codeOf(asStranger().caller.requests.fileRequest(requestOf(s)))).toBe('common.signInNeeded')
  })

  it('stores Uzbek as it is spelled, whatever apostrophe was typed; the same letter again is the same request', async () => {
    const input = requestOf(s, { text: "Yo'lakda chiroq o`chgan, e'tibor bering" })
    await s.owner.caller.requests.fileRequest(input)
    await s.owner.caller.requests.fileRequest(input)
    expect((await s.owner.caller.requests.one(input)).details?.text).toBe('Yo\u02BBlakda chiroq o\u02BBchgan, e\u02BCtibor bering')
    await s.clerk.caller.requests.answerRequest({ ...input, text: "Ko'ramiz" })
    expect((await s.owner.caller.requests.one(input)).timeline.at(-1)?.note).toBe('Ko\u02BBramiz')
  })

  it('the board of a house keeps its oldest open requests, however many came after', async () => {
    const oldest = await fileOne(s, { category: 'ROOF', place: 'ROOF' })
    await s.db.sql(`insert into requests (building_id, request_id, number, category, kind, place, emergency, state, received_at, registered_on, due_on, due_on_if_moved, due_verified, due_ground, service_due_at)
      select building_id, gen_random_uuid(), 100000 + n, category, kind, place, emergency, state, received_at + interval '1 hour', registered_on, due_on, due_on_if_moved, due_verified, due_ground, service_due_at
      from requests, generate_series(1, 150) n where request_id = $1`, [oldest.requestId])
    expect((await s.neighbour.caller.requests.listOfHouse({ buildingId: s.house.buildingId })).map(row => row.requestId)).toContain(oldest.requestId)
    await s.db.sql('delete from requests where number > 100000')
  })

  it('shows the house board without persons to a neighbour, nothing to the twin house', async () => {
    const input = requestOf(s, { text: 'Секрет', category: 'SEWERAGE', place: 'FLAT' })
    await s.owner.caller.requests.fileRequest(input)
    const board = await s.neighbour.caller.requests.listOfHouse({ buildingId: s.house.buildingId })
    expect(board.find(row => row.requestId === input.requestId)).toMatchObject({ category: 'SEWERAGE', mine: false })
    expect(JSON.stringify(board, (_, value: unknown) => typeof value === 'bigint' ? String(value) : value)).not.toContain('Секрет')
    expect(await s.neighbour.caller.requests.one(input)).toMatchObject({ details: null, timeline: [] })
    for (const other of [s.twinOwner, s.twinManager]) {
      expect(await codeOf(other.caller.requests.listOfHouse({ buildingId: s.house.buildingId }))).toBe('common.notFound')
      expect(await codeOf(other.caller.requests.one(input))).toBe('requests.notFound')
      expect(await codeOf(other.caller.requests.listSimilar({ buildingId: s.house.buildingId, category: 'WATER', place: 'BASEMENT' }))).toBe('common.notFound')
    }
    expect((await s.twinManager.caller.requests.queue()).rows.every(row => row.buildingId === s.twin.buildingId)).toBe(true)
  })
})
