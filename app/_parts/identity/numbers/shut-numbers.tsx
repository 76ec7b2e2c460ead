import type { OutputOf } from '#app/_client/trpc.ts'
import { ReopenForm, type ReopenWords } from '#app/_parts/identity/numbers/reopen-form.tsx'
import { Card } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { documentTypes } from '#server/identity/schema.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDateTime, type Locale } from '#server/kernel/format.ts'

type ShutNumber = OutputOf<'identity.shutNumbers'>[number]
type Place = ShutNumber['places'][number]

/** Numbers that wrong codes shut, one card each; two people who saw the holder's paper open one. */
export function ShutNumbers({ locale, numbers }: { locale: Locale; numbers: ShutNumber[] }) {
  const t = texts(locale)
  if (numbers.length === 0) return <EmptyState title={t('identity.numbers.none')} />
  return numbers.map((number) => (
    <Card key={number.numberKey} level={2} title={number.maskedPhone} note={t('identity.numbers.since', { date: formatDateTime(number.closedAt) })}>
      {number.mine && <p className="text-note">{t('identity.numbers.mine')}</p>}
      {!number.mine && number.places.map((place) => <PlaceOf key={place.premisesId} t={t} locale={locale} numberKey={number.numberKey} place={place} />)}
    </Card>
  ))
}

type PlaceProps = { t: Texts; locale: Locale; numberKey: string; place: Place }

function PlaceOf({ t, locale, numberKey, place }: PlaceProps) {
  const tenant = place.role === 'TENANT'
  return (
    <section className="flex flex-col gap-2">
      <p>
        <span className="font-semibold">{place.building}, {t(`identity.unit.${place.kind}`, { number: place.number })}</span> · {place.name}, {t(`identity.roles.${place.role}`)}
      </p>
      {place.said && <StateMark tone="waiting">{t(place.byMe ? 'identity.numbers.byMe' : 'identity.numbers.first')}</StateMark>}
      {!tenant && place.owners.length === 0 && <p className="text-note">{t('identity.claims.noOwners')}</p>}
      {!place.byMe && (tenant || place.owners.length > 0) && (
        <ReopenForm
          place={{ numberKey, buildingId: place.buildingId, premisesId: place.premisesId }}
          owners={place.owners.map((owner) => ({ value: owner.ownerId, label: `${owner.name}, ${t('identity.claims.share', { share: owner.share })}` }))}
          documents={documentTypes.filter((type) => !tenant || type !== 'TITLE').map((type) => ({ value: type, label: t(`identity.claims.documents.${type}`) }))}
          words={{ ...section(locale, 'identity.claims'), ...section(locale, 'identity.numbers') } as ReopenWords}
        />
      )}
    </section>
  )
}
