import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { services } from '#server/billing/schema.ts'
import { heatModes, seasonPolicies } from '#server/billing/heat/schema.ts'
import { actKinds, customerClasses } from '#server/billing/tariffs/schema.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, type Locale } from '#server/kernel/format.ts'
import { HeatForm, type HeatChoices, type HeatFormWords } from './heat-form.tsx'
import { heatHref, type Desk, type NewKind } from './heat-words.ts'

type Props = { desk: Desk; building: string | undefined; kind: NewKind; locale: Locale }

/** A form of one kind, with what it offers. */
export function HeatDrafts({ desk, building, kind, locale }: Props) {
  const t = texts(locale)
  const ofHouse = kind === 'CONTRACT' || kind === 'ACT'
  const lacks = ofHouse && building === undefined ? t('heat.form.noHouse') : kind === 'CONTRACT' && desk.choices.suppliers.length === 0 ? t('heat.form.noSupplier') : null
  return (
    <Card title={t(`heat.form.${kind}`)} actions={<LinkButton href={heatHref(locale, building)} hotkey="x">{t('heat.form.close')}</LinkButton>}>
      {lacks === null ? <HeatForm key={kind} kind={kind} buildingId={building ?? null} done={heatHref(locale, building)} locale={locale} words={section(locale, 'heat.form') as HeatFormWords} choices={choicesOf(desk, t)} /> : <Notice tone="care">{lacks}</Notice>}
    </Card>
  )
}

function choicesOf({ choices, units }: Desk, t: Texts): HeatChoices {
  const options = (values: readonly string[], key: string) => values.map(value => ({ value, label: t(`${key}.${value}`) }))
  return {
    places: choices.places.map(place => ({ value: `${place.country}:${place.prefix}`, label: place.prefix === '' ? `${t(`tariffs.country.${place.country}`)}, ${t('heat.list.wholeCountry')}` : place.name })),
    acts: [{ value: '', label: t('heat.form.chooseAct') }, ...choices.acts.map(act => ({ value: act.actId, label: [act.number, act.issuedOn && formatDate(act.issuedOn), act.title].filter(Boolean).join(', ') })), { value: 'new', label: t('heat.form.otherAct') }],
    actKinds: options(actKinds, 'tariffs.actKinds'), suppliers: choices.suppliers.map(each => ({ value: each.organisationId, label: each.name })), modes: options(heatModes, 'heat.modes'), policies: options(seasonPolicies, 'heat.policies'),
    classes: options(customerClasses, 'tariffs.classes'), services: options(services, 'billing.services'),
    units: [{ value: '', label: t('heat.form.wholeHouse') }, ...units.map(unit => ({ value: unit.premisesId, label: `${t(`identity.unit.${unit.kind}`, { number: unit.number })}, ${formatNumber(unit.areaM2)} ${t('billing.units.m2')}` }))],
  }
}
