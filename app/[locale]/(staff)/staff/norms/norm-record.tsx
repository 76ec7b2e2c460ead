import type { ReactNode } from 'react'
import type { DecideActsWords } from '#app/_parts/billing/decide-acts.tsx'
import { cameBack, isDraft } from '#app/_parts/billing/drafts.ts'
import type { WithdrawWords } from '#app/_parts/billing/withdraw-form.tsx'
import { Withdrawal } from '#app/_parts/billing/withdrawal.tsx'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import { addDays } from '#server/kernel/period.ts'
import { NormActs, WithdrawNorm, type NormDecision } from './norm-acts.tsx'
import { figureOf, lastDayOf, normsHref, placeOf, type NormDesk, type NormRow } from './norm-words.ts'

type Props = { desk: NormDesk; id: string; today: string; locale: Locale }

/** One norm with its act and what it takes the place of; the second person decides here, and what is in force is ended here. */
export function NormRecord({ desk, id, today, locale }: Props) {
  const t = texts(locale)
  const norm = desk.rows.find(each => each.id === id)
  if (!norm) return <Notice tone="care">{t('errors.norms.notFound')}</Notice>
  const does = actsOf(norm)
  return (
    <Card title={`${t(`billing.services.${norm.service}`)}, ${placeOf(norm, t)}`} note={t(`norms.states.${norm.state}`)} actions={<LinkButton href={normsHref(locale)} hotkey="x">{t('norms.form.close')}</LinkButton>}>
      <Facts facts={factsOf(norm, t)} />
      <Notes desk={desk} norm={norm} today={today} t={t} />
      {norm.withdrawable && <Withdrawal rule={norm} t={t} form={asked => <WithdrawNorm normId={norm.id} asked={asked} done={normsHref(locale)} words={section(locale, 'indexes.withdraw') as WithdrawWords} />} />}
      {does.length > 0 && <NormActs normId={norm.id} does={does} mine={norm.mine} least={norm.from > today ? norm.from : today} done={normsHref(locale)} words={section(locale, 'norms.open') as DecideActsWords} />}
    </Card>
  )
}

function factsOf(norm: NormRow, t: Texts): { term: string; value: ReactNode }[] {
  const act = norm.actId === null ? t('indexes.noAct') : norm.actNumber ? `№ ${norm.actNumber}` : norm.actId
  return [
    { term: t('norms.list.norm'), value: <strong>{figureOf(norm, t)}</strong> }, { term: t('norms.form.from'), value: formatDate(norm.from) }, { term: t('penalties.list.to'), value: lastDayOf(norm, t) },
    ...(norm.demonstration ? [] : [{ term: t('norms.form.act'), value: norm.actUrl ? <a href={norm.actUrl} rel="noreferrer">{act}</a> : act }, { term: t('indexes.source'), value: norm.source }]),
  ]
}

function Notes({ desk, norm, today, t }: { desk: NormDesk; norm: NormRow; today: string; t: Texts }) {
  if (cameBack(norm.state)) return <Notice tone="care">{t(`tariffs.sentBack.${norm.state}`, { reason: norm.declinedReason ?? '' })}</Notice>
  if (norm.demonstration) return <Notice tone="care">{t('billing.line.demonstrationNorm')}</Notice>
  if (norm.state !== 'DRAFT') return norm.verified ? null : <Notice tone="care">{t('norms.open.unverified')}</Notice>
  const eve = addDays(norm.from, -1)
  const before = desk.rows.find(each => !each.demonstration && each.country === norm.country && each.service === norm.service && each.territoryPrefix === norm.territoryPrefix && !isDraft(each)
    && each.from <= eve && (each.to === null || each.to > eve))
  return (
    <>
      <p>{before ? t('norms.open.ends', { date: formatDate(eve), figure: figureOf(before, t) }) : t('norms.open.first')}</p>
      {norm.from < today && <Notice tone="care">{t('norms.open.past')}</Notice>}
      {norm.actId === null && <Notice tone="care">{t('penalties.open.noAct')}</Notice>}
      {norm.mine && <Notice tone="waiting">{t('penalties.open.mine')}</Notice>}
      {!norm.mine && !norm.mayPublish && <Notice tone="waiting">{t('norms.open.waits')}</Notice>}
    </>
  )
}

function actsOf({ state, mine, mayPublish, actId, demonstration }: NormRow): NormDecision[] {
  if (state === 'DRAFT') return mine ? ['DECLINE'] : mayPublish ? [...(actId === null ? [] : ['PUBLISH' as const]), 'DECLINE'] : []
  return mayPublish && !demonstration && (state === 'IN_FORCE' || state === 'COMING') ? ['END'] : []
}
