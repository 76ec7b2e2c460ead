import { encode } from 'next-auth/jwt'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { POST } from '#app/api/files/meetings/route.ts'
import { sessionCookie } from '#server/api/request-scope.ts'
import { doors } from '#server/documents/http.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { openTransaction } from '#server/infra/context.ts'
import { env } from '#server/infra/env.ts'
import { newId } from '#server/kernel/ids.ts'
import { paperLimits } from '#server/meetings/schema.ts'
import { noticeDay, noticeOf, openMeeting, seedRules, votingDay } from '#test/integration/meetings/arrange.ts'
import { asChair, asCouncil, asManager, asOwner, asStranger, asTenant } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

const pdf = new TextEncoder().encode('%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF')

async function announced() {
  const house = await makeHouse(db)
  await setNow(noticeDay)
  const chair = await asChair(db, house)
  const input = noticeOf(house)
  await chair.caller.meetings.announceMeeting(input)
  const place = { buildingId: house.buildingId, meetingId: input.meetingId }
  const paper = (change: object = {}) => ({ ...place, itemId: input.items[0]!.itemId, paperId: newId(), title: 'Смета', bytes: pdf, ...change })
  return { house, chair, input, place, paper }
}

describe('store a paper of a meeting (issue 2, section 8: reads the questions and documents)', () => {
  it('lays a PDF and a photo beside a question; every linked person of the house reads them, whoever sent the same twice has one', async () => {
    const { house, chair, place, input, paper } = await announced()
    const estimate = paper()
    const first = await chair.caller.meetings.storePaper(estimate)
    expect(first).toMatchObject({ paperId: estimate.paperId, title: 'Смета', mediaType: 'application/pdf', sizeBytes: pdf.byteLength })
    expect(await chair.caller.meetings.storePaper(estimate)).toEqual(first)
    const photo = await sharp({ create: { width: 1500, height: 900, channels: 3, background: '#336699' } }).png().toBuffer()
    const member = await asCouncil(db, house)
    await member.caller.meetings.storePaper(paper({ itemId: input.items[1]!.itemId, title: 'Фото крыши', bytes: new Uint8Array(photo) }))
    await (await asManager(db, house)).caller.meetings.storePaper(paper({ title: 'Заключение' }))

    for (const reader of [await asOwner(db, house, house.premises[0]!), await asTenant(db, house, house.premises[1]!)]) {
      const { agenda } = await reader.caller.meetings.show(place)
      expect(agenda.map(item => item.papers.map(each => [each.title, each.mediaType]))).toEqual([
        [['Смета', 'application/pdf'], ['Заключение', 'application/pdf']], [['Фото крыши', 'image/jpeg']], []])
      expect(await reader.caller.documents.files({ buildingId: house.buildingId, subjectType: 'meeting', subjectId: place.meetingId })).toHaveLength(3)
    }
    expect(await db.sql(`select person_id from audit_entries where building_id = $1 and action = 'meetings.storePaper' order by at`, [house.buildingId])).toHaveLength(3)
  })

  it('freezes them with the questions: their hashes stand in the manifest, and nothing is added or taken after the opening', async () => {
    const { chair, place, paper } = await announced()
    const { sha256, paperId } = await chair.caller.meetings.storePaper(paper())
    await setNow(votingDay)
    await chair.caller.meetings.openVoting(place)
    const [row] = await db.sql<{ manifest: { questions: { papersSha256: string[] }[] } }>('select manifest from meetings where meeting_id = $1', [place.meetingId])
    expect(row!.manifest.questions.map(question => question.papersSha256)).toEqual([[sha256], [], []])
    await expect(chair.caller.meetings.storePaper(paper())).rejects.toMatchObject({ code: 'CONFLICT', message: 'meetings.papersFrozen' })
    await expect(chair.caller.meetings.withdrawPaper({ ...place, paperId })).rejects.toMatchObject({ code: 'CONFLICT', message: 'meetings.papersFrozen' })
    await expect(db.sql(`update meeting_papers set withdrawn_at = now() where paper_id = $1`, [paperId])).rejects.toThrow(/append-only/)
    await expect(db.sql(`insert into meeting_papers (building_id, meeting_id, paper_id, item_id, title, sha256, media_type, size_bytes)
      select building_id, meeting_id, gen_random_uuid(), item_id, title, sha256, media_type, size_bytes from meeting_papers where paper_id = $1`, [paperId])).rejects.toThrow(/append-only/)
  })

  it('refuses what is too large, empty, neither PDF nor photo, and one paper too many; a cancelled meeting takes none', async () => {
    const { chair, place, input, paper } = await announced()
    const refuse = (change: object, message: string) => expect(chair.caller.meetings.storePaper(paper(change))).rejects.toMatchObject({ message })
    const large = new Uint8Array(paperLimits.bytes + 1)
    large.set(pdf)
    await refuse({ bytes: large }, 'meetings.paperTooLarge')
    await refuse({ bytes: new Uint8Array(0) }, 'documents.fileEmpty')
    await refuse({ bytes: new TextEncoder().encode('<html><script>alert(1)</script>') }, 'documents.fileKindUnknown')
    await refuse({ itemId: newId() }, 'meetings.questionNotFound')
    await expect(chair.caller.meetings.storePaper(paper({ title: ' ' }))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(chair.caller.meetings.storePaper(paper({ bytes: 'JVBERg==' }))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    for (let place = 0; place < paperLimits.perQuestion; place += 1) await chair.caller.meetings.storePaper(paper({ title: `Лист ${place}` }))
    await refuse({}, 'meetings.tooManyPapers')
    await expect(chair.caller.meetings.storePaper(paper({ itemId: input.items[1]!.itemId }))).resolves.toBeTruthy()
    await chair.caller.meetings.cancelMeeting({ ...place, reason: 'Отложено' })
    await refuse({}, 'meetings.papersFrozen')
  })

  it('is refused to owners, tenants and strangers, and the house does not exist for another', async () => {
    const { house, chair, place, paper } = await announced()
    const kept = await chair.caller.meetings.storePaper(paper())
    await expect((await asOwner(db, house, house.premises[0]!)).caller.meetings.storePaper(paper())).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'meetings.mayNotConvene' })
    await expect((await asTenant(db, house, house.premises[1]!)).caller.meetings.storePaper(paper())).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(asStranger().caller.meetings.storePaper(paper())).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const twin = await makeHouse(db)
    for (const other of [await asChair(db, twin), await asManager(db, twin)]) {
      await expect(other.caller.meetings.storePaper(paper())).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(other.caller.meetings.storePaper(paper({ buildingId: twin.buildingId }))).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(other.caller.meetings.withdrawPaper({ ...place, paperId: kept.paperId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect(await other.caller.documents.files({ buildingId: house.buildingId, subjectType: 'meeting', subjectId: place.meetingId })).toEqual([])
    }
  })

  it('lets a convener put nothing else among the files of the house', async () => {
    const { house, chair } = await announced()
    const file = { buildingId: house.buildingId, subjectType: 'house', subjectId: 'x', bytes: pdf }
    await expect(openTransaction(chair.request, ctx => storeFile(ctx, { ...file, premisesId: null, kind: 'HOUSE_PAPER', shared: true }))).rejects.toThrow('documents.mayNotStore')
    await expect(openTransaction(chair.request, ctx => storeFile(ctx, { ...file, premisesId: null, kind: 'MEETING_PAPER' }))).rejects.toThrow(/row-level security/)
  })
})

describe('the doors of the browser', () => {
  const cookieOf = async (sid: string) => `${sessionCookie}=${await encode({ token: { sid }, secret: env.AUTH_SECRET })}`

  async function sent(sid: string | null, fields: Record<string, string | Blob>): Promise<Response> {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    const headers = { 'x-uyim-locale': 'kk', ...(sid === null ? {} : { cookie: await cookieOf(sid) }) }
    return POST(new Request('http://localhost/api/files/meetings', { method: 'POST', body: form, headers }))
  }

  async function opened(sid: string | null, params: { buildingId: string; fileId: string }): Promise<Response> {
    const door = doors.find(each => each.method === 'GET')
    if (!door) throw new Error('no door')
    return door.handle(new Request('http://localhost/x', { headers: sid === null ? {} : { cookie: await cookieOf(sid) } }), { params, address: '127.0.0.1', requestId: 'test', busy: false })
  }

  it('take the paper as a form and give it, as it was, to the people of the house and to nobody else', async () => {
    const { house, chair, place, input } = await announced()
    const fields = { act: 'storePaper', ...place, itemId: input.items[0]!.itemId, paperId: newId(), title: 'Смета', file: new Blob([pdf], { type: 'application/pdf' }) }
    expect((await sent(chair.sid, fields)).status).toBe(200)
    const file = { buildingId: house.buildingId, fileId: fields.paperId }
    const answer = await opened((await asTenant(db, house, house.premises[2]!)).sid, file)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-security-policy')).not.toContain('sandbox')
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(pdf)
    expect((await opened(null, file)).status).toBe(404)
    expect((await opened((await asChair(db, await makeHouse(db))).sid, file)).status).toBe(404)
  })

  it('record a lawyer’s opinion with its file', async () => {
    const house = await makeHouse(db, { demonstration: false })
    await setNow(noticeDay)
    const input = noticeOf(house)
    await (await asChair(db, house)).caller.meetings.announceMeeting(input)
    const fields = { act: 'registerSignOff', buildingId: house.buildingId, meetingId: input.meetingId, paperId: newId(), lawyer: 'Lawyer', signedOn: '2026-08-01', document: 'No 7' }
    const manager = await asManager(db, house)
    const refused = await sent(manager.sid, fields)
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'documents.fileEmpty' }])
    const answer = await sent(manager.sid, { ...fields, file: new Blob([pdf]) })
    expect([answer.status, await answer.json()]).toMatchObject([200, { lawyer: 'Lawyer', paperId: fields.paperId }])
  })

  it('answer a refusal in the person’s language, and what is no form in silence', async () => {
    const { place, input } = await announced()
    const answer = await sent(null, { act: 'storePaper', ...place, itemId: input.items[0]!.itemId, paperId: newId(), title: 'x', file: new Blob([pdf]) })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ code: 'common.signInNeeded', message: expect.stringMatching(/\p{Script=Cyrillic}/u) })
    expect((await POST(new Request('http://localhost/api/files/meetings', { method: 'POST', body: '{}' }))).status).toBe(400)
  })
})

describe('papers at the opening', () => {
  it('leave meetings without papers as they were', async () => {
    const house = await makeHouse(db)
    const { place } = await openMeeting(house, await asChair(db, house))
    expect((await (await asOwner(db, house, house.premises[0]!)).caller.meetings.show(place)).agenda.every(item => item.papers.length === 0)).toBe(true)
  })
})
