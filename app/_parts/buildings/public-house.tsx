import { PublicFacts, PublicPage } from '#app/_parts/documents/public-page.tsx'
import { fieldInWords } from '#app/_parts/buildings/passport-words.ts'
import { Notice } from '#app/_ui/notice.tsx'
import type { Passport } from '#server/buildings/schema.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import { formatPhone } from '#server/kernel/jurisdiction.ts'

type Texts = (key: string, params?: Record<string, unknown>) => string
export type PublicHouse = {
  buildingId: string; country: 'UZ' | 'KZ'; name: string; addressUz: string; addressKk: string; addressRu: string; demonstration: boolean; passport: Passport
  managements: readonly { method: string; organisation: string; phone: string; since: string }[]
}
type Props = { locale: Locale; t: Texts; house: PublicHouse | null }

const facts = ['yearBuilt', 'storeyCount', 'entranceCount', 'apartmentCount', 'nonResidentialCount', 'totalAreaM2', 'elevatorCount', 'heatingType', 'gasSupplyType', 'buildingCondition', 'barrierFree'] as const

/** What the QR at the entrance opens: whose house it is to manage, whom to call, what kind of house it is. */
export function PublicHousePage({ locale, t, house }: Props) {
  if (!house) {
    return (
      <PublicPage locale={locale} title={t('buildings.house.title')} country={null} brand={t('common.brand')} languageWord={t('common.shell.language')}>
        <h1 className="text-title font-semibold">{t('buildings.house.unknown')}</h1>
        <p>{t('buildings.house.unknownNote')}</p>
      </PublicPage>
    )
  }
  const address = { uz: house.addressUz, kk: house.addressKk, ru: house.addressRu }[locale]
  const known = facts.map(field => ({ term: t(`buildings.passport.fields.${field}`), ...fieldInWords(field, house.passport, t) })).filter(each => each.given)
  return (
    <PublicPage locale={locale} title={house.name} country={house.country} brand={t('common.brand')} languageWord={t('common.shell.language')}>
      <div>
        <h1 className="text-title font-semibold">{house.name}</h1>
        <p className="text-note">{address || t('buildings.passport.addressNotGiven')}</p>
      </div>
      {house.demonstration && <Notice>{t('buildings.house.demonstration')}</Notice>}
      {house.managements.map(each => (
        <section key={`${each.method} ${each.organisation}`} className="rounded-card border border-line bg-surface p-4">
          <h2 className="text-small text-note">{t(each.method === 'CALL_CENTRE' ? 'buildings.house.callCentre' : 'buildings.house.manager')}</h2>
          <p className="font-semibold">{each.organisation}</p>
          <p className="text-small text-note">{t('buildings.house.since', { date: formatDate(each.since) })}</p>
          {each.phone && (
            <p><a href={`tel:${each.phone}`} className="figures inline-flex min-h-12 items-center font-medium text-act">{formatPhone(each.phone)}</a></p>
          )}
        </section>
      ))}
      {known.length > 0 && (
        <section className="flex flex-col gap-2">
          <h2 className="font-semibold">{t('buildings.house.facts')}</h2>
          <PublicFacts facts={known} />
        </section>
      )}
      <a href={`/${locale}/sign-in?next=/${locale}/house`} className="inline-flex min-h-12 w-full items-center justify-center rounded-card border border-note bg-surface px-5 py-2 font-medium text-act">{t('buildings.house.signIn')}</a>
      <p><a href={`/v?lang=${locale}`}>{t('buildings.house.checkPaper')}</a></p>
    </PublicPage>
  )
}
