import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { PassportCard } from '#app/_parts/buildings/passport-card.tsx'
import { passportInWords } from '#app/_parts/buildings/passport-words.ts'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Progress } from '#app/_ui/progress.tsx'
import { caller } from '#server/api/caller.ts'
import { completeness, passportState } from '#server/buildings/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('buildings.passport.title') } : {}
}

/** The 29 fields of the house in words, and how much of it is filled. */
export default async function PassportPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/house/passport`)
  const asked = (await searchParams).house
  const home = me.homes.find(each => each.buildingId === asked) ?? me.homes[0]
  if (!home) redirect(`/${locale}/house`)
  const house = await api.buildings.passport({ buildingId: home.buildingId })
  const t = texts(locale)
  const filled = completeness(house.passport)
  const address = { uz: house.addressUz, kk: house.addressKk, ru: house.addressRu }[locale]
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/house?house=${house.buildingId}`, word: t('buildings.passport.back') }} note={address || t('buildings.passport.addressNotGiven')}>
        {t('buildings.passport.title')}
      </PageTitle>
      <Progress
        label={`${house.name}: ${t(`buildings.passport.state.${passportState(house.passport, house.confirmedOn, me.today)}`)}`}
        share={filled.given / filled.of}
        text={t('buildings.passport.filled', { given: filled.given, of: filled.of })}
      />
      {filled.missing.length > 0 && <p className="text-small text-note">{t('buildings.passport.missing', { fields: filled.missing.map(each => t(`buildings.passport.fields.${each.field}`)).join(', ') })}</p>}
      {passportInWords(house.passport, t).map(group => <PassportCard key={group.key} group={group} />)}
      <p className="text-small text-note">{t('buildings.passport.note')}</p>
    </div>
  )
}
