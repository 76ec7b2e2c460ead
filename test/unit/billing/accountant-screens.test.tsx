import { describe, expect, test, vi } from 'vitest'
import { CourtCase } from '#app/[locale]/(staff)/staff/court-packs/court-case.tsx'
import { Packs } from '#app/[locale]/(staff)/staff/court-packs/packs.tsx'
import { PairsChart } from '#app/[locale]/(staff)/staff/month/pairs-chart.tsx'
import { Channels, Houses, Services } from '#app/[locale]/(staff)/staff/month/sums.tsx'
import { Covers } from '#app/_parts/payments/covers.tsx'
import { SimilarCard } from '#app/_parts/billing/similar-card.tsx'
import type { CourtCase as Found } from '#server/billing/court/desk.ts'
import { leftOf } from '#server/billing/month/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { formatMoney, locales } from '#server/kernel/format.ts'
import { splitPayment } from '#server/payments/split/rules.ts'
import { markupOf } from '#test/support/markup.ts'

// Buttons live in the browser; here only what stands beside them.
vi.mock('#app/[locale]/(staff)/staff/court-packs/paper-form.tsx', () => ({ PaperForm: () => null }))
vi.mock('#app/[locale]/(staff)/staff/court-packs/prepare-form.tsx', () => ({ PrepareForm: ({ lacks }: { lacks: string | null }) => lacks === null ? '[PREPARE]' : `[disabled: #${lacks}]` }))

const house = (buildingId: string, state: 'POSTED' | 'NONE' | 'HELD' | 'NOTHING') => ({ buildingId, name: `Chilonzor ${buildingId}`, currency: 'UZS' as const, accounts: 2, state, total: state === 'POSTED' ? 100n : null, findings: 0, closedThrough: null, earlier: null })
const month = {
  organisationId: 'o', organisation: 'O', organisations: [], currency: 'UZS' as const, period: '2026-11', over: true, houses: [house('1', 'POSTED'), house('2', 'NONE'), house('3', 'NOTHING')],
  charged: [{ service: 'MAINTENANCE' as const, fund: 'CURRENT', amount: 100n }, { service: 'OTHER' as const, fund: 'PROGRAMME', amount: 50n }],
  gathered: [{ channel: 'payme', count: 2, amount: 120n, givenBack: 20n }, { channel: 'desk', count: 1, amount: 5n, givenBack: 0n }],
  disputed: { count: 0, amount: 0n }, adjusted: { count: 0, amount: 0n }, bars: [], saldo: { opening: 0n, closing: 0n }, seals: { houses: 3, sealed: 3, day: '2026-11-30' }, left: [], closing: null, closed: 0, later: 0n,
}
const item = (service: string) => ({ key: service, service, fund: 'CURRENT' }) as never
const line = (key: string, net: string) => ({ key, quantity: '1', net, vat: '0' }) as never
const bill = { currency: 'UZS' as const, period: '2026-11', lines: [line('MAINTENANCE', '480000'), line('PENALTY', '9900')], prices: { items: [item('MAINTENANCE'), item('PENALTY')], volumes: [] } }

describe.each(locales)('the accountant\'s pictures in %s', locale => {
  const t = texts(locale)
  const similar = { others: 5, total: 600_000n, services: [{ service: 'MAINTENANCE' as const, others: 5, amount: 500_000n }, { service: 'GAS' as const, others: 6, amount: 1n }] }
  const card = (told: typeof similar | null) => markupOf(<SimilarCard page={{ bill, similar: told } as never} locale={locale} />)

  test('no word is missing, and an unfinished house stands first', () => {
    const pack = { packId: 'p', buildingId: 'b', number: '7000000009', house: 'H', unitKind: 'APARTMENT', unitNumber: '4', currency: 'UZS' as const, periodFrom: '2026-09', periodTo: '2026-10', principal: 1n, penalty: 2n,
      preparedAt: new Date('2026-12-05T05:00:00Z'), code: '7K3M9QXT2B', outdatedAt: null, files: (['METHOD_DECISION', 'MANAGEMENT_CONTRACT', 'CALCULATION', 'CLAIM_DELIVERY'] as const).map(kind => ({ kind, fileId: kind, title: '1' })) }
    const shown = { month, t, locale }
    const houses = markupOf(<Houses {...shown} />)
    const html = houses + markupOf(<><Services {...shown} /><Channels {...shown} /><Packs packs={[pack]} locale={locale} /><PairsChart bars={[{ period: '2026-11', charged: 150n, gathered: 105n }]} currency="UZS" locale={locale} /></>) + card(similar)
    expect(html).not.toMatch(/month\.|court\.|billing\.[a-z]|identity\.|statements\.|\{\{/)
    expect(houses.indexOf('Chilonzor 2')).toBeLessThan(houses.indexOf('Chilonzor 1'))
    for (const file of pack.files) expect(html).toContain(`href="/api/files/b/${file.fileId}"`)
    // A bill of the account was corrected since: nothing of the pack is one tap away any more.
    const old = markupOf(<Packs packs={[{ ...pack, outdatedAt: new Date('2026-12-06T05:00:00Z') }]} locale={locale} />)
    expect(old).toContain(t('court.outdated', { date: '06.12.2026' }))
    expect(old).not.toContain('/api/files/')
  })

  test('similar flats: one sentence without the penalty, a service one does not have left out; nothing where nothing is told', () => {
    const html = card(similar)
    for (const amount of [600_000n, 480_000n, 500_000n]) expect(html).toContain(formatMoney(amount, 'UZS', locale))
    expect(html).not.toContain(t('billing.services.GAS'))
    expect(card(null)).toBe('')
  })
})

test('what is left keeps its order, counts and first names', () => {
  const houses = [house('1', 'NONE'), house('2', 'HELD'), house('3', 'POSTED'), house('4', 'NOTHING')]
  const counts = [{ buildingId: '3', differences: 2, lines: 0, statements: 1 }, { buildingId: '4', differences: 1, lines: 0, statements: 0 }]
  expect(leftOf(houses, counts, ['3'])).toEqual([
    { kind: 'runs', count: 2, names: ['Chilonzor 1', 'Chilonzor 2'] }, { kind: 'statements', count: 1, names: ['Chilonzor 3'] },
    { kind: 'differences', count: 3, names: ['Chilonzor 3', 'Chilonzor 4'] }, { kind: 'ledger', count: 1, names: ['Chilonzor 3'] },
  ])
  expect(leftOf([house('3', 'POSTED')], [], [])).toEqual([])
  const late = ['2026-10', '2026-09', null].map((earlier, index) => ({ ...house(String(index), 'POSTED'), earlier }))
  expect(leftOf(late, [], [])).toEqual([{ kind: 'earlier', period: '2026-09', count: 1, names: ['Chilonzor 1'] }])
})

test('what a payment covers adds up to it, in the order of the rule and not of the names', () => {
  const rule = { ruleId: 'UZ-2026-1', validFrom: '2026-01-01', fundOrder: ['UTILITIES', 'CURRENT', 'PROGRAMME'], advanceFund: 'CURRENT' }
  const owed = [{ fund: 'CURRENT', amount: 8_531_640n }, { fund: 'PROGRAMME:019a0000-0000-7000-8000-000000000001', amount: 11_474_139n }, { fund: 'UTILITIES', amount: 17_803_921n }]
  for (const locale of locales) {
    const markup = markupOf(<Covers parts={splitPayment(owed, 26_335_561n, rule)} rule={rule} currency="UZS" locale={locale} />)
    // The bill alone: a part of the repair is paid by its own number, or by what is left over.
    expect(['178 039,21', '85 316,40', '114 741,39'].map(sum => markup.replaceAll('\u00A0', ' ').includes(sum))).toEqual([true, true, false])
    const t = texts(locale)
    expect(markup).toContain([t('payments.funds.UTILITIES'), t('payments.funds.CURRENT'), t('payments.funds.PROGRAMME')].join(' → '))
  }
})

test.each(locales)('a pack that cannot be prepared says beside its button what is missing, in %s', locale => {
  const t = texts(locale)
  const found: Found = {
    place: { buildingId: 'b', accountId: 'a', premisesId: 'p', number: '7000000009', house: 'H', addressUz: '', addressKk: '', addressRu: '', organisation: 'O', unitKind: 'APARTMENT', unitNumber: '4', country: 'UZ', currency: 'UZS', byContract: true, mayKeep: true },
    debt: { months: [], before: 0n, from: '2026-09', to: '2026-10', balance: 5n, notDue: 0n, ahead: 0n, overdue: 5n, principal: 5n, penalty: 0n, lateSince: '2026-10-11' },
    obstacles: { disputed: [], disputedSum: 0n, inFlight: 0n, underCheck: false }, obstacle: null, papers: {}, missing: [], packs: [],
  }
  const shown = (change: Partial<Found>) => /(?:<div id="lacks">(?:(?!<div).)*)?\[[^\]]*\]/s.exec(markupOf(<CourtCase found={{ ...found, ...change }} today="2026-11-21" locale={locale} />))?.[0]
  const papers = shown({ missing: ['METHOD_DECISION', 'CLAIM_DELIVERY'] })
  for (const said of [t('court.kinds.METHOD_DECISION'), t('court.kinds.CLAIM_DELIVERY'), '<div id="lacks">', '[disabled: #lacks]']) expect(papers).toContain(said)
  expect(papers).not.toContain(t('court.kinds.MANAGEMENT_CONTRACT'))
  expect(shown({ obstacle: 'underCheck', missing: ['CLAIM_DELIVERY'] })).toContain(t('errors.court.underCheck'))
  expect(shown({ obstacle: 'nothingOverdue', missing: ['CLAIM_DELIVERY'] }), 'papers for nothing').not.toContain(t('court.kinds.CLAIM_DELIVERY'))
  expect(shown({})).toBe('[PREPARE]')
})
