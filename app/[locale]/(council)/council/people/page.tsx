import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EndRole } from '#app/_parts/identity/roles/end-role.tsx'
import { GiveRole } from '#app/_parts/identity/roles/give-role.tsx'
import { endProps, giveProps, termText, type GrantLine } from '#app/_parts/identity/roles/words.ts'
import { Card } from '#app/_ui/card.tsx'
import { Facts, List, Row } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { councilSeat } from '../seats.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.grants.councilTitle') } : {}
}

/** The people of the council on its chair's phone: who, on which minutes, until when; a member taken in or let go. */
export default async function PeoplePage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const { api, me, seat } = await councilSeat(locale, (await searchParams).house, 'council/people')
  const t = texts(locale)
  const back = { href: `/${locale}/council${seat ? `?house=${seat.buildingId}` : ''}`, word: t('identity.claims.back') }
  if (!seat?.chairs) return <><PageTitle back={back}>{t('identity.grants.councilTitle')}</PageTitle><Notice>{t('identity.grants.chairOnly')}</Notice></>
  const place = await api.identity.grants({ scopeType: 'BUILDING', scopeId: seat.buildingId })
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={place.name} back={back}>{t('identity.grants.councilTitle')}</PageTitle>
      {place.live.map((line) => <Person key={line.grantId} t={t} locale={locale} line={line} />)}
      {place.mayGive.length > 0 && (
        <Card title={t('identity.grants.give.title')} note={t('identity.grants.give.councilNote')}>
          <GiveRole today={me.today} {...giveProps(t, locale, place)} />
        </Card>
      )}
      {place.ended.length > 0 && (
        <Sheet summary={t('identity.grants.ended')} value={place.ended.length}>
          <List>
            {place.ended.map((line) => (
              <Row key={line.grantId} title={`${t(`identity.roles.${line.role}`)}, ${line.name}`} note={`${line.endedAt === null ? '' : formatDateTime(line.endedAt)} ${t(`identity.grants.grounds.${line.ground}`)}`} />
            ))}
          </List>
        </Sheet>
      )}
    </div>
  )
}

function Person({ t, locale, line }: { t: Texts; locale: Locale; line: GrantLine }) {
  return (
    <Card title={line.mine ? `${line.name} (${t('identity.grants.mine')})` : line.name} note={t(`identity.roles.${line.role}`)}>
      <Facts facts={[
        { term: t('identity.grants.column.basis'), value: line.basis }, { term: t('identity.grants.column.since'), value: formatDate(localDateOf(line.since)) },
        { term: t('identity.grants.column.until'), value: termText(t, line.until) },
      ]} />
      {line.grounds.length > 0 && <EndRole {...endProps(t, locale, line)} />}
    </Card>
  )
}
