import type { DecideActsWords } from '#app/_parts/billing/decide-acts.tsx'
import { cameBack, isDraft } from '#app/_parts/billing/drafts.ts'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { isSteep } from '#server/billing/penalties/rules.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import { addDays } from '#server/kernel/period.ts'
import { PenaltyActs } from './penalty-acts.tsx'
import { capOf, lastDayOf, penaltiesHref, rateOf, stateOf, type PenaltyDesk, type PenaltyRow } from './penalty-words.ts'

type Props = { desk: PenaltyDesk; ruleId: string; today: string; locale: Locale }

/** One rule with all its words and what it takes the place of; the second person decides here, and what is in force is ended here. */
export function PenaltyRule({ desk, ruleId, today, locale }: Props) {
  const t = texts(locale)
  const rule = desk.rows.find(each => each.ruleId === ruleId)
  if (!rule) return <Notice tone="care">{t('errors.penalties.notFound')}</Notice>
  const does = actsOf(rule)
  const [soonest] = [rule.from, today, ...(rule.countedTo === null ? [] : [rule.countedTo])].toSorted().toReversed()
  return (
    <Card title={t('penalties.open.title', { fund: t(`penalties.funds.${rule.fund}`), payer: t(`penalties.payers.${rule.payerKind}`), country: t(`tariffs.country.${rule.country}`) })} note={stateOf(rule, t)} actions={<LinkButton href={penaltiesHref(locale)} hotkey="x">{t('penalties.open.close')}</LinkButton>}>
      <Facts facts={factsOf(rule, t)} />
      <Notes desk={desk} rule={rule} today={today} t={t} />
      {does.length > 0 && <PenaltyActs ruleId={rule.ruleId} does={does} mine={rule.mine} least={soonest ?? today} done={penaltiesHref(locale)} words={section(locale, 'penalties.open') as DecideActsWords} />}
    </Card>
  )
}

function factsOf(rule: PenaltyRow, t: Texts): { term: string; value: string }[] {
  return [
    { term: t('penalties.open.formula'), value: `${t(`penalties.formulas.${rule.formula}`)}: ${rateOf(rule, t)}` }, { term: t('penalties.list.cap'), value: capOf(rule, t) },
    { term: t('penalties.form.from'), value: formatDate(rule.from) }, { term: t('penalties.list.to'), value: lastDayOf(rule.to, t) }, { term: t('penalties.open.act'), value: rule.actNumber ? `№ ${rule.actNumber}` : rule.actTitle ?? '' }, { term: t('penalties.open.source'), value: rule.source },
    { term: t('penalties.open.counted'), value: rule.countedTo === null ? t('penalties.open.countedNone') : t('penalties.open.countedTo', { date: formatDate(rule.countedTo) }) },
  ]
}

function Notes({ desk, rule, today, t }: { desk: PenaltyDesk; rule: PenaltyRow; today: string; t: Texts }) {
  if (cameBack(rule.state)) return <Notice tone="care">{t(`tariffs.sentBack.${rule.state}`, { reason: rule.declinedReason ?? '' })}</Notice>
  const published = <>{!rule.verified && <Notice tone="care">{t('penalties.open.unverified')}</Notice>}{!rule.enabled && <Notice tone="info">{t('penalties.open.isOff')}</Notice>}</>
  if (rule.state !== 'DRAFT') return published
  const eve = addDays(rule.from, -1)
  const before = desk.rows.find(each => each.country === rule.country && each.fund === rule.fund && each.payerKind === rule.payerKind && !isDraft(each) && each.from <= eve && (each.to === null || each.to > eve))
  return (
    <>
      <p>{before ? t('penalties.open.ends', { date: formatDate(eve), rate: rateOf(before, t), cap: capOf(before, t) }) : t('penalties.open.first')}</p>
      <Steep rule={rule} before={before} t={t} />
      {rule.from < today && <Notice tone="care">{t('penalties.open.past')}</Notice>}
      {rule.actId === null && <Notice tone="care">{t('penalties.open.noAct')}</Notice>}
      {rule.mine && <Notice tone="waiting">{t('penalties.open.mine')}</Notice>}
      {!rule.mine && !rule.mayPublish && <Notice tone="waiting">{t('penalties.open.waits')}</Notice>}
    </>
  )
}

function Steep({ rule, before, t }: { rule: PenaltyRow; before: PenaltyRow | undefined; t: Texts }) {
  const old = before?.dailyPercent ?? null
  if (rule.dailyPercent === null || !isSteep(rule.dailyPercent, old)) return null
  return <Notice tone="care">{before === undefined || old === null ? t('penalties.open.steepFirst', { rate: rateOf(rule, t) }) : t('penalties.open.steep', { rate: rateOf(rule, t), before: rateOf(before, t) })}</Notice>
}

type Does = 'PUBLISH' | 'DECLINE' | 'END' | 'SWITCH_OFF'

function actsOf(rule: PenaltyRow): Does[] {
  const { state, mine, mayPublish, actId, enabled } = rule
  if (state === 'DRAFT') return mine ? ['DECLINE'] : mayPublish ? [...(actId === null ? [] : ['PUBLISH' as const]), 'DECLINE'] : []
  if (!mayPublish || isDraft(rule) || state === 'ENDED') return []
  return enabled ? ['SWITCH_OFF', 'END'] : ['END']
}
