import { cameBack } from '#app/_parts/billing/drafts.ts'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, type Locale } from '#server/kernel/format.ts'
import { HeatActs, type HeatActsWords } from './heat-acts.tsx'
import { forWhom, heatHref, lastDayOf, placeOf, type Desk } from './heat-words.ts'

type Props = { desk: Desk; building: string | undefined; open: string; today: string; locale: Locale }
type Found = { kind: 'SEASON'; row: Desk['seasons'][number] } | { kind: 'NORM'; row: Desk['norms'][number] } | { kind: 'CONTRACT'; row: Desk['contracts'][number] }

function find(desk: Desk, open: string): Found | null {
  const [kind, id] = open.split('.')
  const season = kind === 'SEASON' ? desk.seasons.find(each => each.id === id) : undefined
  if (season) return { kind: 'SEASON', row: season }
  const norm = kind === 'NORM' ? desk.norms.find(each => each.id === id) : undefined
  if (norm) return { kind: 'NORM', row: norm }
  const contract = kind === 'CONTRACT' ? desk.contracts.find(each => each.id === id) : undefined
  return contract ? { kind: 'CONTRACT', row: contract } : null
}

/** One record with all its words; the second person decides here, and what is in force is ended here. */
export function HeatRecord({ desk, building, open, today, locale }: Props) {
  const found = find(desk, open)
  const t = texts(locale)
  if (found === null) return <Notice tone="care">{t('errors.heat.notFound')}</Notice>
  const { row } = found
  const does = actOf(found)
  return (
    <Card title={titleOf(found, t)} note={t(`heat.states.${row.state}`)} actions={<LinkButton href={heatHref(locale, building)} hotkey="x">{t('heat.open.close')}</LinkButton>}>
      <Facts facts={factsOf(found, t)} />
      {cameBack(row.state) && <Notice tone="care">{t(`tariffs.sentBack.${row.state}`, { reason: row.declinedReason ?? '' })}</Notice>}
      {row.state === 'DRAFT' && row.mine && <Notice tone="waiting">{t('heat.open.mine')}</Notice>}
      {row.state === 'DRAFT' && !row.mine && !row.mayPublish && <Notice tone="waiting">{t('heat.open.waits')}</Notice>}
      {row.state === 'DRAFT' && found.kind !== 'CONTRACT' && found.row.actId === null && <Notice tone="care">{t('heat.open.noAct')}</Notice>}
      {does !== null && <HeatActs what={{ kind: found.kind, heatId: row.id, buildingId: found.kind === 'CONTRACT' ? found.row.buildingId : null }} does={does} least={row.from > today ? row.from : today} done={heatHref(locale, building)}
        words={section(locale, 'heat.open') as HeatActsWords} />}
    </Card>
  )
}

function titleOf({ kind, row }: Found, t: Texts): string {
  if (kind === 'CONTRACT') return `${t('heat.list.number')} № ${row.number}, ${row.house}`
  return `${t(kind === 'SEASON' ? 'heat.list.newSeason' : 'heat.list.newNorm')}: ${placeOf(row, t)}`
}

function factsOf(found: Found, t: Texts): { term: string; value: string }[] {
  const dates = [{ term: t('heat.form.from'), value: formatDate(found.row.from) }, { term: t('heat.form.to'), value: lastDayOf(found.row.to, t) }]
  if (found.kind === 'CONTRACT') {
    const { row } = found
    return [{ term: t('heat.list.unit'), value: forWhom(row, t) }, { term: t('heat.list.supplier'), value: row.supplier }, { term: t('heat.list.mode'), value: t(`heat.modes.${row.mode}`) },
      ...(row.areaM2 === null ? [] : [{ term: t('heat.list.area'), value: formatNumber(row.areaM2) }]), { term: t('heat.list.policy'), value: t(`heat.policies.${row.policy}`) },
      { term: t('heat.list.water'), value: t(row.hotWater ? 'heat.list.yes' : 'heat.list.no') }, { term: t('heat.form.customerClass'), value: t(`tariffs.classes.${row.customerClass}`) }, ...dates]
  }
  const { row } = found
  const norm = found.kind === 'NORM' ? [{ term: t('heat.list.litres'), value: formatNumber(found.row.litres) }, ...(found.row.gcalPerM3 === null ? [] : [{ term: t('heat.list.gcal'), value: formatNumber(found.row.gcalPerM3) }])] : []
  return [...norm, ...dates, { term: t('heat.list.act'), value: row.actNumber === null ? '' : `№ ${row.actNumber}` }, { term: t('heat.form.source'), value: row.demonstration && row.state !== 'DRAFT' ? t('heat.list.demonstration') : row.source }]
}

function actOf(found: Found): 'DECIDE' | 'DECLINE' | 'TAKE_BACK' | 'END' | null {
  const { row } = found
  if (row.state === 'DRAFT' && row.mine) return 'TAKE_BACK'
  if (!row.mayPublish) return null
  if (row.state === 'DRAFT') return found.kind === 'CONTRACT' || found.row.actId !== null ? 'DECIDE' : 'DECLINE'
  const demonstration = found.kind !== 'CONTRACT' && found.row.demonstration
  return !demonstration && (row.state === 'IN_FORCE' || row.state === 'COMING') ? 'END' : null
}
