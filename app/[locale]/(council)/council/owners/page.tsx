import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { Card } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice, StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { documentTypes } from '#server/identity/schema.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { ClaimForm, type ClaimWords } from './claim-form.tsx'

type Props = { params: Promise<{ locale: string }> }
type Api = Awaited<ReturnType<typeof caller>>
type House = Awaited<ReturnType<Api['identity']['claims']>> & { buildingId: string }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.claims.title') } : {}
}

/** Owners who wait for the council's word; two members who saw the paper make it. */
export default async function OwnersPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/council/owners`)
  const t = texts(locale)
  const seats = me.roles.filter((role) => role.buildingId !== null && (role.role === 'CHAIR' || role.role === 'COUNCIL_MEMBER'))
  const buildingIds = [...new Set(seats.map((seat) => seat.buildingId ?? ''))]
  const houses: House[] = []
  for (const buildingId of buildingIds) houses.push({ buildingId, ...(await api.identity.claims({ buildingId })) })
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={t('identity.claims.note')} back={{ href: `/${locale}/council`, word: t('identity.claims.back') }}>
        {t('identity.claims.title')}
      </PageTitle>
      {houses.length === 0 && <Notice tone="info">{t('identity.claims.notCouncil')}</Notice>}
      {houses.map((house) => (
        <section key={house.buildingId} className="flex flex-col gap-3">
          <h2 className="text-title font-semibold">{house.building}</h2>
          {house.claims.length === 0 && <EmptyState title={t('identity.claims.none')} />}
          {house.claims.map((claim) => (
            <ClaimCard key={claim.grantId} t={t} locale={locale} buildingId={house.buildingId} claim={claim} />
          ))}
        </section>
      ))}
      {houses.length > 0 && <LinkButton href={`/${locale}/council/numbers`}>{t('identity.numbers.nav')}</LinkButton>}
    </div>
  )
}

type ClaimProps = { t: Texts; locale: Locale; buildingId: string; claim: House['claims'][number] }

function ClaimCard({ t, locale, buildingId, claim }: ClaimProps) {
  const said = claim.confirmations.some((each) => each.byMe)
  const open = !claim.mine && !said && claim.owners.length > 0
  return (
    <Card
      level={3}
      title={t(`identity.unit.${claim.kind}`, { number: claim.number })}
      note={
        <>
          {t('identity.claims.says', { name: claim.name })} · {t('identity.claims.since', { date: formatDateTime(claim.since) })}
        </>
      }
    >
      {claim.confirmations.length > 0 && <StateMark tone="waiting">{t(said ? 'identity.claims.byMe' : 'identity.claims.first')}</StateMark>}
      {claim.mine && <p className="text-note">{t('identity.claims.mine')}</p>}
      {claim.owners.length === 0 && <p className="text-note">{t('identity.claims.noOwners')}</p>}
      {open && (
        <ClaimForm
          claim={{ buildingId, grantId: claim.grantId }}
          owners={claim.owners.map((owner) => ({ value: owner.ownerId, label: `${owner.name}, ${t('identity.claims.share', { share: owner.share })}` }))}
          documents={documentTypes.map((type) => ({ value: type, label: t(`identity.claims.documents.${type}`) }))}
          words={section(locale, 'identity.claims') as ClaimWords}
        />
      )}
    </Card>
  )
}
