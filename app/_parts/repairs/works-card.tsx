import type { OutputOf } from '#app/_client/trpc.ts'
import { Card } from '#app/_ui/card.tsx'
import { Facts, List, Row } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Progress } from '#app/_ui/progress.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'
import type { Title } from '#server/repairs/schema.ts'
import { ActList, type PapersPlace } from './act-list.tsx'
import { ratio } from './ratio.ts'
import { TitleText } from './title-text.tsx'

type Works = OutputOf<'repairs.fund'>['programmes'][number]['works']
type Stage = Works['stages'][number]
type Contract = OutputOf<'repairs.fund'>['programmes'][number]['contract']
type Props = PapersPlace & { title: Title; state: string; contract: Contract; works: Works; cap: { total: bigint; owners: bigint } | null }

/** Works of a programme for owners and council: what was voted, spent and is left, each sum opens to its papers. */
export function WorksCard({ title, state, contract, works, cap, ...place }: Props) {
  const t = texts(place.locale)
  const plain = (amount: bigint) => formatMoney(amount, place.currency, place.locale)
  const money = (amount: bigint) => <Money amount={amount} currency={place.currency} locale={place.locale} />
  const acts = works.stages.flatMap(stage => stage.acts)
  const { gathered, spent, held, refundable } = works.money
  return (
    <Card title={t('repairs.works.title')} note={<><TitleText title={title} locale={place.locale} /> · {t(`repairs.states.${state}`)}</>} level={3}>
      <Ends works={works} {...place} t={t} />
      {contract && <p className="text-small">{t('repairs.works.contract', { number: contract.number, date: formatDate(contract.datedOn), contractor: contract.contractor })}</p>}
      {cap && <Progress label={t('repairs.works.cap')} share={ratio(works.spentAll, cap.total)} text={t('repairs.works.capOf', { spent: plain(works.spentAll), cap: plain(cap.total) })} />}
      <Facts facts={[
        { term: t('repairs.works.gathered'), value: money(gathered) },
        { term: t('repairs.works.rest'), value: money(held) },
        ...(cap ? [{ term: t('repairs.works.ownersCap'), value: t('repairs.works.capOf', { spent: plain(spent), cap: plain(cap.owners) }) }] : []),
        ...(refundable > 0n ? [{ term: t('repairs.works.refundable'), value: money(refundable) }] : []),
      ]} />
      <Sheet flat summary={t('repairs.works.spent')} value={money(spent)}><ActList acts={acts} {...place} /></Sheet>
      {works.stages.map(stage => <StageSheet key={stage.stageId} stage={stage} {...place} t={t} />)}
      <p className="text-small text-note">{t('repairs.works.sum', { gathered: plain(gathered), spent: plain(spent), rest: plain(held) })}</p>
    </Card>
  )
}

type PartProps = PapersPlace & { t: Texts }

/** How it ended, and what was tried and stopped. */
function Ends({ works, currency, locale, t }: PartProps & { works: Works }) {
  const plain = (amount: bigint) => formatMoney(amount, currency, locale)
  const sumOf = ({ amount, ownersAmount }: Works['refusals'][number]) => (ownersAmount === amount ? plain(amount) : `${plain(amount)}, ${t('repairs.works.fromFund', { sum: plain(ownersAmount) })}`)
  return (
    <>
      {works.closing && <Notice tone="info">{t(`repairs.works.${works.closing.kind}`, { date: formatDate(localDateOf(works.closing.closedAt)), ground: works.closing.ground })}</Notice>}
      {works.refusals.length > 0 && (
        <Notice tone="care" title={t('repairs.works.refusedTitle')}>
          <ul>
            {works.refusals.slice(0, 5).map((each, index) => (
              <li key={index}>{t(`repairs.works.${each.reason}`, { date: formatDate(localDateOf(each.refusedAt)), contractor: each.contractor, number: each.number, sum: sumOf(each) })}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  )
}

function StageSheet({ stage, buildingId, currency, locale, t }: PartProps & { stage: Stage }) {
  const money = (amount: bigint) => <Money amount={amount} currency={currency} locale={locale} />
  return (
    <Sheet flat summary={<>{t('repairs.works.stage', { n: stage.n })} <TitleText title={stage.title} locale={locale} /></>} value={money(stage.fact)}>
      <Facts facts={[
        { term: t('repairs.works.plan'), value: money(stage.plan) },
        { term: t('repairs.works.fact'), value: money(stage.fact) },
        ...(stage.dueOn ? [{ term: t('repairs.works.due'), value: formatDate(stage.dueOn) }] : []),
      ]} />
      {stage.withdrawn !== null && <p className="text-small text-note">{t('repairs.works.withdrawn', { ground: stage.withdrawn })}</p>}
      {stage.completedOn && <p className="text-small text-good">{t('repairs.works.done', { date: formatDate(stage.completedOn), act: stage.completionAct ?? '' })}</p>}
      {stage.photos.length > 0 && <Photos stage={stage} buildingId={buildingId} t={t} />}
      <ActList acts={stage.acts} buildingId={buildingId} currency={currency} locale={locale} />
    </Sheet>
  )
}

/** Photos are shown at once, small; a PDF is led to. */
function Photos({ stage, buildingId, t }: { stage: Stage; buildingId: string; t: Texts }) {
  const address = (fileId: string) => `/api/files/${buildingId}/${fileId}`
  const papers = stage.photos.filter(each => each.mediaType === 'application/pdf')
  return (
    <>
      <ul className="flex flex-wrap gap-2">
        {stage.photos.filter(each => each.mediaType !== 'application/pdf').map((each, index) => (
          <li key={each.fileId}>
            <a href={address(each.fileId)}><img src={address(each.fileId)} loading="lazy" alt={t('repairs.works.photo', { n: index + 1 })} width={96} height={96} className="size-24 rounded-field border border-line object-cover" /></a>
          </li>
        ))}
      </ul>
      {papers.length > 0 && <List>{papers.map((each, index) => <Row key={each.fileId} href={address(each.fileId)} title={t('repairs.works.scan', { n: index + 1 })} />)}</List>}
    </>
  )
}
