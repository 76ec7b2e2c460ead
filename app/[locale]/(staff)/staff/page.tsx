import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { Workbench } from '#app/[locale]/(staff)/staff/_desk/workbench.tsx'
import type { DeskWords } from '#app/[locale]/(staff)/staff/_desk/desk-words.ts'
import { ActingSwitch } from '#app/_parts/identity/acting-switch.tsx'
import { CodeStops } from '#app/_parts/identity/code-stops.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('desk.title') } : {}
}

/** The clerk's desk: one search box, the caller's card, and what is done for the caller. Keyboard is enough. */
export default async function DeskPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff`)
  // An inspector has no callers: their desk is the queue.
  if (me.roles.length > 0 && me.roles.every(role => role.role === 'INSPECTOR')) redirect(`/${locale}/staff/adjustments`)
  const t = texts(locale)
  const urgency = { GAS: t('requests.form.danger'), URGENT: t('requests.form.looksUrgent') }
  const words = { ...section(locale, 'desk'), urgency, funds: section(locale, 'house.funds'), units: section(locale, 'identity.unit'), meterUnits: section(locale, 'meters.units'), categories: section(locale, 'requests.categories'),
    states: section(locale, 'requests.states'), places: section(locale, 'requests.places') } as unknown as DeskWords
  return (
    <>
      <h1 className="sr-only">{t('desk.title')}</h1>
      <ActingSwitch locale={locale} roles={me.roles} acting={me.actingGrantId} next={`/${locale}/staff`} />
      <CodeStops locale={locale} stops={(await api.identity.codeState()).stops} />
      <Workbench locale={locale} words={words} />
    </>
  )
}
