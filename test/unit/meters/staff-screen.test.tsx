import { describe, expect, test } from 'vitest'
import { Chosen, type ReadingsPage, type StaffReading } from '#app/[locale]/(staff)/staff/registry/[buildingId]/meters/[meterId]/chosen.tsx'
import { sendLabel } from '#app/_parts/meters/send-label.ts'
import { section, texts } from '#server/infra/texts.ts'
import { locales } from '#server/kernel/format.ts'
import { markupOf } from '#test/support/markup.ts'

const reading = (value: string, day: string, change: Partial<StaffReading> = {}): StaffReading => ({ readingId: value, takenOn: `2026-${day}`, period: `2026-${day.slice(0, 2)}`, values: [value], consumption: '10', state: 'ACCEPTED', flags: [], source: 'RESIDENT', note: '',
  photoFileId: null, receivedAt: new Date(`2026-${day}T09:00:00Z`), superseded: false, billed: true, shared: false, next: null, ...change })
const [wrong, chosen] = [reading('842', '11-20', { superseded: true }), reading('482', '11-20', { photoFileId: 'photo', note: 'A. Sadykova: photo seen', receivedAt: new Date('2026-11-21T09:00:00Z') })]
const readings = [reading('495', '12-20'), chosen, wrong, reading('471', '10-25')]
const page = { meter: { buildingId: 'b', serial: 'S1', unit: 'm3', digits: 5, decimals: 3 }, house: 'Abay 12', unit: null, billedThrough: '2026-11', readings } as unknown as ReadingsPage

describe.each(locales)('the staff screen of a reading in %s', locale => {
  const t = texts(locale)

  test('stands between the counted ones before and after it, with its photo and who gave it', () => {
    const html = markupOf(<Chosen page={page} reading={chosen} locale={locale} t={t}>{null}</Chosen>)
    expect(html).not.toMatch(/meters\.|billing\.[a-z]|\{\{/)
    for (const said of ['00471', '00495', '00482', 'A. Sadykova: photo seen', 'href="/api/files/b/photo"']) expect(html).toContain(said)
    expect(html).not.toContain('00842')
    expect(markupOf(<Chosen page={page} reading={wrong} locale={locale} t={t}>{null}</Chosen>)).toContain(t('meters.staff.noPhoto'))
  })

  test.each(['meters.staff.form', 'meters.staff.add', 'desk.reading'])('the button of %s is a whole word before anything is typed, and says the figures after', place => {
    const words = section(locale, place) as Record<'send' | 'sendEmpty', string>
    expect(sendLabel(words, ['', '2'])).toMatch(/^\p{L}+$/u)
    expect(sendLabel(words, ['00482', ' 17 '])).toMatch(/^\p{L}.* 00482 \/ 17$/u)
  })
})
