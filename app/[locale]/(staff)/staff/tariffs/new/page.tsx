import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { services } from '#server/billing/schema.ts'
import { actKinds, customerClasses, tariffBases, vatModes } from '#server/billing/tariffs/schema.ts'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, isLocale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { DraftForm, type DraftWords } from './draft-form.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ from?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('tariffs.form.title') } : {}
}

/** The first person copies the act; from a tariff in force the form is filled with it and takes its place. */
export default async function DraftPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/tariffs/new`)
  const { from } = await searchParams
  const form = await billOrNothing(() => api.billing.tariffForm(isId(from ?? '') && from ? { tariffId: from } : {}))
  if (form === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/tariffs/new`)
  const t = texts(locale)
  const options = (values: readonly string[], key: string) => values.map(value => ({ value, label: t(`${key}.${value}`) }))
  const old = form?.from ?? null
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/tariffs`, word: t('tariffs.form.back') }} note={t('tariffs.form.note')}>{t('tariffs.form.title')}</PageTitle>
      {form === null || form.places.length === 0 ? <Notice tone="care">{t('errors.tariffs.placeNotYours')}</Notice> : (
        <DraftForm locale={locale} words={section(locale, 'tariffs.form') as DraftWords} from={old && { ...old, publishedAt: null, draftedAt: null }}
          choices={{
            places: form.places.map(place => ({ value: `${place.country}:${place.prefix}`, label: place.prefix === '' ? `${t(`tariffs.country.${place.country}`)}, ${t('tariffs.values.wholeCountry')}` : place.name })),
            services: options(services, 'billing.services'), bases: options(tariffBases, 'tariffs.bases'), vatModes: options(vatModes, 'tariffs.vat'), classes: options(customerClasses, 'tariffs.classes'), actKinds: options(actKinds, 'tariffs.actKinds'),
            conditions: [{ value: '', label: t('tariffs.values.any') }, { value: 'yes', label: t('tariffs.values.yes') }, { value: 'no', label: t('tariffs.values.no') }],
            suppliers: [{ value: '', label: t('tariffs.form.noSupplier') }, ...form.suppliers.map(each => ({ value: each.organisationId, label: each.name }))],
            acts: [{ value: '', label: t('tariffs.form.chooseAct') }, ...form.acts.map(act => ({ value: act.actId, label: [act.number, act.issuedOn && formatDate(act.issuedOn), act.title].filter(Boolean).join(', ') })), { value: 'new', label: t('tariffs.form.otherAct') }],
          }} />
      )}
    </div>
  )
}
