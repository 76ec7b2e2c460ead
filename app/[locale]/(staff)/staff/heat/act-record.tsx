import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, formatDateTime, formatPeriod, type Locale } from '#server/kernel/format.ts'
import { actState, heatHref, type ActRow, type Desk } from './heat-words.ts'
import { WithdrawForm, type WithdrawWords } from './withdraw-form.tsx'

type Props = { desk: Desk; building: string; actId: string; locale: Locale }

/** An act of interruption: whether bills know of it, and how one that is wrong is taken back or undone. */
export function ActRecord({ desk, building, actId, locale }: Props) {
  const t = texts(locale)
  const act = desk.acts.find(each => each.id === actId)
  if (!act) return <Notice tone="care">{t('errors.heat.notFound')}</Notice>
  return (
    <Card title={t('heat.list.ofAct', { act: act.act })} note={actState(act, t)} actions={<LinkButton href={heatHref(locale, building)} hotkey="x">{t('heat.open.close')}</LinkButton>}>
      <Facts facts={[{ term: t('heat.form.service'), value: t(`billing.services.${act.service}`) }, { term: t('heat.form.from'), value: formatDate(act.from) }, { term: t('heat.form.to'), value: formatDate(act.to) },
        { term: t('heat.acts.recorded'), value: formatDateTime(act.recordedAt) }, ...(act.withdrawnReason === null ? [] : [{ term: t('heat.acts.reason'), value: act.withdrawnReason }])]} />
      {act.withdrawnReason === null && <Undo act={act} building={building} locale={locale} />}
    </Card>
  )
}

function Undo({ act, building, locale }: { act: ActRow; building: string; locale: Locale }) {
  const t = texts(locale)
  const other = act.counted !== null && act.mine
  return (
    <>
      <p className="max-w-3xl">{act.counted === null ? t('heat.acts.free') : t('heat.acts.counted', { period: formatPeriod(act.counted, locale) })}</p>
      {other ? <Notice tone="waiting">{t('heat.acts.mine')}</Notice> : <WithdrawForm what={{ buildingId: building, interruptionId: act.id }} counted={act.counted !== null} words={section(locale, 'heat.acts') as WithdrawWords} />}
    </>
  )
}
