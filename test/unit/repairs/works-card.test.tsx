import { describe, expect, test } from 'vitest'
import { BackNotice } from '#app/_parts/repairs/back-notice.tsx'
import { ProgrammeCard } from '#app/_parts/repairs/programme-card.tsx'
import { VersionsSheet } from '#app/_parts/repairs/versions-sheet.tsx'
import { WorksCard } from '#app/_parts/repairs/works-card.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDayMonth, formatLongDate, formatMoney, locales } from '#server/kernel/format.ts'
import { markupOf } from '#test/support/markup.ts'

const act = { actId: 'a1', kind: 'ACT' as const, number: '14-A', datedOn: '2026-11-02', contractor: 'Qurilish', what: 'Tom', amount: 100_000n, ownersAmount: 30_000n, withdrawn: null,
  files: [{ fileId: 'f1', mediaType: 'application/pdf' }, { fileId: 'f2', mediaType: 'image/jpeg' }] }
const stage = { stageId: 's1', n: 1, title: { text: 'Tomni ochish', locale: 'uz' as const, others: { kk: 'Шатырды ашу' } }, plan: 400_000n, fact: 100_000n, dueOn: '2026-12-01', completedOn: '2026-11-20', completionAct: 'TQ-1', withdrawn: null, photos: [{ fileId: 'p1', mediaType: 'image/jpeg' }], acts: [act] }
const works = {
  money: { gathered: 300_000n, spent: 30_000n, held: 270_000n, refundable: 5_000n }, spentAll: 100_000n, stages: [stage],
  refusals: [{ reason: 'OVER_CAP' as const, number: '15', contractor: 'Qurilish', amount: 900_001n, ownersAmount: 270_001n, refusedAt: new Date('2026-11-21T06:00:00Z') }],
  closing: { kind: 'RECONCILED' as const, ground: 'Dalolatnoma 3', gathered: 300_000n, spent: 30_000n, rest: 270_000n, refundable: 5_000n, closedAt: new Date('2026-11-21T06:00:00Z') },
}

describe.each(locales)('works of a programme in %s', locale => {
  const html = markupOf(<WorksCard title={{ text: 'Tom', locale: 'uz', others: { ru: 'Крыша' } }} state="RECONCILED" contract={null} works={works} cap={{ total: 1_000_000n, owners: 300_000n }} buildingId="b1" currency="UZS" locale={locale} />)

  test('what was spent opens to its papers: one tap to the list, one to the scan', () => {
    const sheets = [...html.matchAll(/<details.*?<\/details>/gs)].map(found => found[0])
    expect(sheets).toHaveLength(2)
    for (const sheet of sheets) for (const file of ['f1', 'f2']) expect(sheet).toContain(`href="/api/files/b1/${file}"`)
    expect(html, 'a picture is shown at once').toMatch(/<img src="\/api\/files\/b1\/p1"[^>]*alt="[^"]+"/)
  })

  test('what was refused says how much of it the fund was to pay', () => {
    expect(html).toContain(formatMoney(900_001n, 'UZS', locale))
    expect(html).toContain(formatMoney(270_001n, 'UZS', locale))
  })

  test('its name is in the language of who reads where it was written, else says which one it is in', () => {
    const shown = { uz: ['<span>Tom</span>', '<span>Tomni ochish</span>'], kk: ['<span lang="uz">Tom</span>', '<span>Шатырды ашу</span>'], ru: ['<span>Крыша</span>', '<span lang="uz">Tomni ochish</span>'] }
    for (const said of shown[locale]) expect(html).toContain(said)
  })

  test('no word is missing', () => {
    const shares = { refundable: 7_000n, refunds: [{ refundId: 'r1', amount: 2_000n, requestedAt: new Date('2026-11-21T06:00:00Z'), approved: true, ground: 'T-81', decidedAt: new Date('2026-11-21T07:00:00Z') }] }
    const version = { total: 10n, ownersTotal: 9_000n, decisionNumber: '7', decisionOn: '2026-11-01', areaM2: '45.3', houseAreaM2: '137.4', before: 0n, after: 3_000n, delta: 3_000n }
    const share = { ...shares, premisesId: 'u1', unitKind: 'APARTMENT', unitNumber: '1', areaM2: '45.3', houseAreaM2: '137.4', obligation: 1n, paid: 1n, instalments: [], accountNumber: '1000000008', versions: [] }
    const all = html + markupOf(<><BackNotice share={share} currency="UZS" locale={locale} /><VersionsSheet versions={[{ ...version, version: 1 }, { ...version, version: 2, delta: -1_000n }]} currency="UZS" locale={locale} /></>)
    expect(all).not.toMatch(/repairs\.|\{\{/)
    expect(all).toContain('14-A')
    expect(all).toContain('T-81')
  })
})

test.each(locales)('the button of an instalment of another year says its year, in %s', locale => {
  const instalment = { n: 1, dueOn: '2027-01-25', amount: 10_000n, number: '1000000016', state: 'OPEN', covered: 0n }
  const share = { premisesId: 'u1', unitKind: 'APARTMENT', unitNumber: '1', areaM2: '45.3', houseAreaM2: '137.4', obligation: 10_000n, paid: 0n, refundable: 0n, refunds: [], instalments: [instalment], accountNumber: '1000000008', versions: [] }
  const programme = { buildingId: 'b1', programmeId: 'r1', kind: 'CAPITAL' as const, title: { text: 'Tom', locale: 'uz' as const, others: {} }, year: 2026, ownersPercent: '30', shareSource: '', currency: 'UZS' as const, state: 'APPROVED' as const, approvedVersion: 1, contract: null,
    estimate: null, ownersTotal: 10_000n, paidUpPercent: '0', gathered: 0n, spent: 0n, shares: [share], works: { ...works, stages: [], closing: null, refusals: [] } }
  const shown = (today: string) => markupOf(<ProgrammeCard programme={programme} accounts={[]} currency="UZS" locale={locale} today={today} main={undefined} />)
  const words = (date: string) => texts(locale)('repairs.fund.payInstalment', { sum: formatMoney(10_000n, 'UZS', locale), date })
  expect(shown('2026-11-21')).toContain(words(formatLongDate('2027-01-25', locale)))
  expect(shown('2027-01-02')).toContain(words(formatDayMonth('2027-01-25', locale)))
})
