import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { StaffKeys, type StaffKeysWords } from '#app/_client/staff-keys.tsx'
import { ActingBar } from '#app/_parts/identity/acting-bar.tsx'
import { whoActs } from '#app/_parts/identity/who-acts.ts'
import { HeaderBar } from '#app/_ui/header-bar.tsx'
import { SectionBar } from '#app/_ui/section-bar.tsx'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { isLocale, type Locale } from '#server/kernel/format.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'

type Props = { children: ReactNode; params: Promise<{ locale: string }> }

/** The desk: dense, wide, and quiet under the hands; `/` finds, Ctrl K commands, letters act. */
export default async function StaffLayout({ children, params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const t = texts(locale)
  const places = staffPlaces(locale, t, await whoActs(locale))
  return (
    <>
      <HeaderBar
        signedIn
        wide
        locale={locale}
        brand={{ name: t('common.brand'), href: `/${locale}/staff` }}
        words={{ skip: t('common.shell.skip'), language: t('common.shell.language') }}
        below={<SectionBar label={t('common.staff.sections')} places={places} />}
        end={
          <>
            <StaffKeys places={places} words={section(locale, 'common.staff.commands') as StaffKeysWords} />
            <a href={`/${locale}/staff/keys`} className="inline-flex min-h-12 items-center px-2 text-small text-act underline underline-offset-4">
              {t('identity.keys.nav')}
            </a>
            <form method="post" action="/api/auth/form/sign-out">
              <input type="hidden" name="locale" value={locale} />
              <input type="hidden" name="staff" value="yes" />
              <button type="submit" className="min-h-12 px-2 text-small text-act underline underline-offset-4">
                {t('common.shell.signOut')}
              </button>
            </form>
          </>
        }
      />
      <ActingBar locale={locale} next={`/${locale}/staff`} />
      <main id="main" tabIndex={-1} data-desk className="px-4 py-3 text-small outline-none">
        {children}
      </main>
    </>
  )
}

/** What is done for callers, the houses, their money, and who may do what; nothing that the country has not, or that is the operator's alone. */
function staffPlaces(locale: Locale, t: Texts, me: Awaited<ReturnType<typeof whoActs>>) {
  const court = me !== null && jurisdictionOf(me.country).courtPacks
  const keeper = me !== null && me.roles.some(({ role, scopeType }) => role === 'PLATFORM_ADMIN' && scopeType === 'COUNTRY')
  return [
    { group: 'callers', href: `/${locale}/staff`, word: t('common.staff.desk') },
    { group: 'callers', href: `/${locale}/staff/requests`, word: t('common.staff.requests') },
    { group: 'houses', href: `/${locale}/staff/registry`, also: [`/${locale}/staff/numbers`], word: t('buildings.registry.nav') },
    { group: 'houses', href: `/${locale}/staff/imports`, word: t('common.staff.imports') },
    { group: 'houses', href: `/${locale}/staff/meetings`, word: t('meetings.signOffs.nav') },
    { group: 'houses', href: `/${locale}/staff/repairs`, word: t('repairs.desk.nav') },
    { group: 'money', href: `/${locale}/staff/month`, word: t('month.nav') },
    { group: 'money', href: `/${locale}/staff/billing`, word: t('common.staff.billing') },
    { group: 'money', href: `/${locale}/staff/tariffs`, also: ['services', 'penalties', 'indexes', 'norms', 'allocation'].map(each => `/${locale}/staff/${each}`), word: t('tariffs.nav') },
    { group: 'money', href: `/${locale}/staff/heat`, word: t('heat.nav') },
    { group: 'money', href: `/${locale}/staff/adjustments`, word: t('common.staff.adjustments') },
    ...(court ? [{ group: 'money', href: `/${locale}/staff/court-packs`, word: t('court.nav') }] : []),
    ...(keeper ? [{ group: 'money', href: `/${locale}/staff/merchants`, word: t('payments.merchants.nav') }] : []),
    { group: 'money', href: `/${locale}/staff/statements`, also: [`/${locale}/staff/reconciliation`], word: t('statements.nav') },
    { group: 'people', href: `/${locale}/staff/roles`, word: t('identity.grants.nav') },
  ]
}
