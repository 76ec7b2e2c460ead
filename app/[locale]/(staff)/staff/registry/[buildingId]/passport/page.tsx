import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { PassportForm, type PassportField } from './passport-form.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { annex } from '#server/buildings/rules.ts'
import { passportValues, type Passport } from '#server/buildings/schema.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'

type Props = { params: Promise<{ locale: string; buildingId: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('buildings.passport.title') } : {}
}

/** All 29 fields to correct; the ground of the change is asked for. */
export default async function CorrectPassportPage({ params }: Props) {
  const { locale, buildingId } = await params
  if (!isLocale(locale) || !isId(buildingId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/registry/${buildingId}/passport`)
  const house = await api.buildings.passport({ buildingId }).catch(() => notFound())
  if (!house.mayCorrect) notFound()
  const t = texts(locale)
  const fields = annex.flatMap(each => each.parts.map(name => fieldOf({ number: each.number, name }, house.passport, t)))
  return (
    <>
      <PageTitle back={{ href: `/${locale}/staff/registry/${buildingId}`, word: t('buildings.registry.backHouse') }} note={house.name}>{t('buildings.passport.title')}</PageTitle>
      <PassportForm buildingId={buildingId} fields={fields} words={section(locale, 'buildings.registry') as never} />
    </>
  )
}

function fieldOf({ number, name }: { number: number; name: keyof Passport }, passport: Passport, t: Texts): PassportField {
  const value = passport[name]
  const label = `${number}. ${t(`buildings.passport.fields.${name}`)}`
  const shared = { name, label, value: value === null ? '' : String(value) }
  if (name in passportValues) {
    const values = passportValues[name as keyof typeof passportValues]
    return { ...shared, kind: 'choice', options: values.map(each => ({ value: each, label: t(`buildings.passport.values.${name}.${each}`) })) }
  }
  if (/^has|Registered$|barrierFree/.test(name)) return { ...shared, kind: 'yesNo', options: [{ value: 'true', label: t('buildings.passport.yes') }, { value: 'false', label: t('buildings.passport.no') }] }
  if (name === 'lastOverhaulDate') return { ...shared, kind: 'date', options: [] }
  return { ...shared, kind: /Count$|^total|^year/.test(name) ? 'number' : 'text', options: [] }
}
