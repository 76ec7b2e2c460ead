import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { LimitForm, type LimitWords } from '#app/_parts/identity/numbers/limit-form.tsx'
import { ShutNumbers } from '#app/_parts/identity/numbers/shut-numbers.tsx'
import { CodeStops } from '#app/_parts/identity/code-stops.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatMoney, isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.numbers.title') } : {}
}

/** Numbers that wrong codes shut, for whoever keeps the register; what codes cost today, for whoever keeps the service. */
export default async function StaffNumbersPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/numbers`)
  const { stops, spending } = await api.identity.codeState()
  const keeps = me.roles.some((role) => role.role === 'MANAGER' || role.role === 'PLATFORM_ADMIN')
  const t = texts(locale)
  const countries = me.roles.filter((role) => role.role === 'PLATFORM_ADMIN' && role.scopeType === 'COUNTRY').map((role) => ({ value: role.place, label: t(`notifications.countries.${role.place}`) }))
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <PageTitle note={t('identity.numbers.note')} back={{ href: `/${locale}/staff/registry`, word: t('identity.numbers.back') }}>
        {t('identity.numbers.title')}
      </PageTitle>
      <CodeStops locale={locale} stops={stops} />
      {spending.length > 0 && (
        <Facts
          facts={spending.map((each) => {
            const currency = each.country === 'UZ' ? 'UZS' : 'KZT'
            return {
              term: t('identity.numbers.spent', { country: t(`notifications.countries.${each.country}`) }),
              value: t('identity.numbers.spentOf', { spent: formatMoney(each.spent, currency, locale), limit: formatMoney(each.limit, currency, locale), sends: each.sends }),
            }
          })}
        />
      )}
      {countries.length > 0 && (
        <Card title={t('identity.numbers.limit.title')} note={t('identity.numbers.limit.note')}>
          <LimitForm countries={countries} words={section(locale, 'identity.numbers.limit') as LimitWords} />
        </Card>
      )}
      {keeps ? <ShutNumbers locale={locale} numbers={await api.identity.shutNumbers()} /> : <Notice tone="info">{t('identity.numbers.notKeeper')}</Notice>}
    </div>
  )
}
