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
import { isLocale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { isOpen, promiseBroken, requestMachine } from '#server/requests/rules.ts'
import { RequestActs, type Act, type ActWords } from './request-acts.tsx'

type Props = { params: Promise<{ locale: string; buildingId: string; requestId: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('requests.staff.title') } : {}
}

/** One request at the desk: what was asked, what happened, and what can be done now. */
export default async function StaffRequestPage({ params }: Props) {
  const { locale, buildingId, requestId } = await params
  if (!isLocale(locale) || !isId(buildingId) || !isId(requestId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/requests/${buildingId}/${requestId}`)
  const view = await api.requests.one({ buildingId, requestId }).catch(orNothing)
  if (!view?.details) notFound()
  const { request, details, timeline, executor } = view
  const executors = await api.requests.executors({ buildingId })
  const t = texts(locale)
  const overdue = isOpen(request.state) && (request.extendedTo ?? request.dueOn) < me.today
  const words = { ...section(locale, 'requests.staff'), photo: section(locale, 'common.photo') } as unknown as ActWords
  return (
    <>
      <PageTitle back={{ href: `/${locale}/staff/requests`, word: t('requests.staff.back') }} note={`${t(`requests.places.${request.place}`)} · ${t('identity.unit.APARTMENT', { number: details.flat })}`}>
        {t('requests.view.title', { number: request.number, category: t(`requests.categories.${request.category}`) })}
      </PageTitle>
      <div className="grid gap-5 lg:grid-cols-[1fr_1fr_24rem]">
        <div className="flex flex-col gap-5">
          <p className="flex flex-wrap gap-3">
            <StateWord state={request.state} word={t(`requests.states.${request.state}`)} />
            {request.emergency && <StateMark tone="danger">{t('requests.view.emergency')}</StateMark>}
            {request.joined > 0 && <span>{t('requests.list.joined', { count: request.joined })}</span>}
          </p>
          <Card title={t('requests.view.said')}><SaidInRequest said={details} buildingId={buildingId} locale={locale} /></Card>
          <Card><DeadlineFacts request={request} executor={executor} locale={locale} overdue={overdue} late={promiseBroken(request, me.today)} /></Card>
        </div>
        <Card title={t('requests.view.timeline')}><Timeline entries={timeline} locale={locale} /></Card>
        <RequestActs key={request.state} buildingId={buildingId} requestId={requestId} acts={actsOf(view)} executors={executors} words={words} />
      </div>
    </>
  )
}

type View = Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['requests']['one']>>

/** Only moves that the table has and this desk may make; the server judges anew. */
function actsOf({ request, reach }: View): Act[] {
  const state = request.state === 'RECEIVED' ? 'REGISTERED' : request.state
  const desk = reach.mayAnswer ? (['answer', 'assign', 'extend', 'transfer'] as const).filter(act => act !== 'extend' || request.extendedTo === null) : []
  const work = reach.mayExecute ? ['start', 'reportDone'] as const : []
  const conclusion = reach.mayExecute ? ['decline'] as const : []
  return [...work, ...desk, ...conclusion].filter(act => requestMachine.can(state, act))
}

function orNothing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'NOT_FOUND') return null
  throw error
}
