import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { DeadlineFacts } from '#app/_parts/requests/deadline.tsx'
import { SaidInRequest } from '#app/_parts/requests/said.tsx'
import { StateWord } from '#app/_parts/requests/state-word.tsx'
import { Timeline } from '#app/_parts/requests/timeline.tsx'
import { Card } from '#app/_ui/card.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { isOpen, promiseBroken, requestMachine } from '#server/requests/rules.ts'
import { JoinButton } from './join-button.tsx'
import { ResultAnswer, type ResultWords } from './result-answer.tsx'

type Props = { params: Promise<{ locale: string; buildingId: string; requestId: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('requests.list.title') } : {}
}

/** One request: state and day first, then the question that waits for me, then what happened. */
export default async function RequestPage({ params }: Props) {
  const { locale, buildingId, requestId } = await params
  if (!isLocale(locale) || !isId(buildingId) || !isId(requestId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/requests/${buildingId}/${requestId}`)
  const view = await api.requests.one({ buildingId, requestId }).catch(orNothing)
  if (!view) notFound()
  const { request, details, timeline, executor } = view
  const t = texts(locale)
  const overdue = isOpen(request.state) && (request.extendedTo ?? request.dueOn) < me.today
  const home = me.homes.find(each => each.buildingId === buildingId)
  return (
    <>
      <PageTitle back={{ href: `/${locale}/requests`, word: t('requests.view.back') }} note={t(`requests.places.${request.place}`)}>
        {t('requests.view.title', { number: request.number, category: t(`requests.categories.${request.category}`) })}
      </PageTitle>
      <div className="flex flex-col gap-5">
        <p className="flex flex-wrap gap-3">
          <StateWord state={request.state} word={t(`requests.states.${request.state}`)} />
          {request.emergency && <StateMark tone="danger">{t('requests.view.emergency')}</StateMark>}
        </p>
        <MyAct view={view} premisesId={home?.premisesId ?? null} locale={locale} />
        <Card><DeadlineFacts request={request} executor={executor} locale={locale} overdue={overdue} late={promiseBroken(request, me.today)} /></Card>
        {details && <Card title={t('requests.view.said')} note={t('requests.view.privacy')}><SaidInRequest said={details} buildingId={buildingId} locale={locale} /></Card>}
        {timeline.length > 0 && <Card title={t('requests.view.timeline')}><Timeline entries={timeline} locale={locale} /></Card>}
      </div>
    </>
  )
}

type View = Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['requests']['one']>>

/** The answer that waits for me, or joining; at most one. */
function MyAct({ view: { request, reach }, premisesId, locale }: { view: View; premisesId: string | null; locale: Locale }) {
  const t = texts(locale)
  const { buildingId, requestId } = request
  if (reach.mine) {
    if (!requestMachine.can(request.state, 'accept')) return null
    return <ResultAnswer buildingId={buildingId} requestId={requestId} until={request.silenceEndsOn && formatDate(request.silenceEndsOn)} words={section(locale, 'requests.result') as unknown as ResultWords} />
  }
  if (premisesId === null || request.joinedByMe || !isOpen(request.state)) return null
  return <JoinButton buildingId={buildingId} requestId={requestId} premisesId={premisesId} words={{ ...joinWords(t), noNetwork: t('errors.common.noNetwork') }} />
}

/** Not there and not for me are the same page; any other fault is a fault. */
function orNothing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'NOT_FOUND') return null
  throw error
}

function joinWords(t: (key: string) => string) {
  return { act: t('requests.join.act'), note: t('requests.join.note'), done: t('requests.join.done') }
}
