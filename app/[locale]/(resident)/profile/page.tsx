import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { SignOut } from '#app/_client/sign-out.tsx'
import { ActingSwitch } from '#app/_parts/identity/acting-switch.tsx'
import { DeviceQuestion, type DeviceWords } from '#app/_parts/identity/device-question.tsx'
import { EndDevice } from '#app/_parts/identity/end-device.tsx'
import { FreshNotice } from '#app/_parts/identity/fresh-notice.tsx'
import { RecentLinks, type LinkLine } from '#app/_parts/identity/recent-links.tsx'
import { languages, swapLocale } from '#app/_ui/locale.ts'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.profile.title') } : {}
}

/** Who I am here: my flats, my devices, my language, the way out. */
export default async function ProfilePage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/profile`)
  const devices = await api.identity.devices()
  const houses: { buildingId: string; name: string; links: LinkLine[] }[] = []
  for (const home of me.homes) {
    if (houses.some((house) => house.buildingId === home.buildingId)) continue
    houses.push({ buildingId: home.buildingId, name: home.building, links: await api.identity.recentLinks({ buildingId: home.buildingId }) })
  }
  const t = texts(locale)
  const words = section(locale, 'identity.device') as DeviceWords
  return (
    <div className="flex flex-col gap-6">
      <PageTitle note={me.maskedPhone}>{me.name || t('identity.profile.title')}</PageTitle>
      {me.pendingDevices.map((device) => (
        <DeviceQuestion key={device.device} device={device.device} name={device.name || t('identity.profile.device')} since={formatDateTime(device.since)} words={words} />
      ))}
      <FreshNotice locale={locale} freshUntil={me.freshUntil} demoReturn={me.demoDevice ? `/${locale}/profile` : null} />
      <section className="flex flex-col gap-3">
        <h2 className="text-title font-semibold">{t('identity.profile.homes')}</h2>
        {me.homes.length === 0 ? <p className="text-note">{t('identity.profile.noHomes')}</p> : (
          <List label={t('identity.profile.homes')}>
            {me.homes.map((home) => (
              <Row
                key={home.grantId}
                icon="building"
                title={`${home.building}, ${t(`identity.unit.${home.kind}`, { number: home.number })}`}
                note={<HomeNote t={t} home={home} />}
              />
            ))}
          </List>
        )}
        <LinkButton href={`/${locale}/profile/link-home`} icon="plus" wide>{t('identity.profile.link')}</LinkButton>
      </section>
      {houses.map((house) => (
        <RecentLinks key={house.buildingId} locale={locale} house={house} links={house.links} />
      ))}
      {me.homes.length > 0 && (
        <List label={t('desk.views.link')}>
          <Row icon="search" title={t('desk.views.link')} href={`/${locale}/profile-access`} />
        </List>
      )}
      {me.roles.length > 0 && <Roles t={t} locale={locale} me={me} />}
      <section className="flex flex-col gap-3">
        <h2 className="text-title font-semibold">{t('identity.profile.devices')}</h2>
        {devices.map((device) => (
          <Card
            key={device.device}
            level={3}
            title={device.name || t('identity.profile.device')}
            note={t('identity.profile.seen', { since: formatDateTime(device.since), last: formatDateTime(device.lastSeen) })}
            actions={device.isThis ? <StateMark tone="good">{t('identity.profile.thisDevice')}</StateMark> : <EndDevice device={device.device} words={words} />}
          >
            {device.freshUntil && <StateMark tone="waiting">{t('identity.profile.freshUntil', { until: formatDateTime(device.freshUntil) })}</StateMark>}
          </Card>
        ))}
      </section>
      <section className="flex flex-col gap-3">
        <h2 className="text-title font-semibold">{t('identity.profile.language')}</h2>
        <List label={t('identity.profile.language')}>
          {languages.map((language) => (
            <Row key={language.locale} href={swapLocale('/profile', language.locale)} title={<span lang={language.locale}>{language.name}</span>} current={language.locale === locale} />
          ))}
        </List>
      </section>
      <SignOut
        locale={locale}
        words={{ outbox: section(locale, 'common.outbox'), here: t('identity.profile.signOutHere'), signOut: t('identity.profile.signOut'), cancel: t('common.act.cancel'), notReached: t('identity.profile.notSignedOut') }}
      />
    </div>
  )
}

type Me = NonNullable<Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['identity']['me']>>>

function HomeNote({ t, home }: { t: Texts; home: Me['homes'][number] }) {
  const level = home.role !== 'OWNER' ? 'linked' : home.level >= 2 ? 'confirmed' : 'waiting'
  return (
    <>
      {t(`identity.roles.${home.role}`)}, {t(`identity.levels.${level}`)}
      {home.accountNumber && <span className="figures block">{t('identity.profile.account', { number: formatAccountNumber(home.accountNumber) })}</span>}
    </>
  )
}

function Roles({ t, locale, me }: { t: Texts; locale: Locale; me: Me }) {
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-title font-semibold">{t('identity.profile.roles')}</h2>
      <List label={t('identity.profile.roles')}>
        {me.roles.map((role) => {
          const council = role.role === 'CHAIR' || role.role === 'COUNCIL_MEMBER'
          return <Row key={role.grantId} icon="people" title={t(`identity.roles.${role.role}`)} note={role.place} {...(council ? { href: `/${locale}/council` } : {})} />
        })}
      </List>
      <ActingSwitch locale={locale} roles={me.roles} acting={me.actingGrantId} next={`/${locale}/profile`} />
    </section>
  )
}
