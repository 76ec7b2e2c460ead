import { Facts } from '#app/_ui/list.tsx'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatDateTime, formatTime, type Locale } from '#server/kernel/format.ts'
import { addDays, localDateOf } from '#server/kernel/period.ts'
import { effectiveDue, type Terms } from '#server/requests/rules.ts'

/** The day of the law, large, and why; both ends where nobody has read whether an end on a rest day moves. */
export function DeadlineFacts({ request, executor, locale, overdue, late }: { request: Terms; executor: string | null; locale: Locale; overdue: boolean; late: boolean }) {
  const t = texts(locale)
  return (
    <div className="flex flex-col gap-3">
      <div>
        <p className="text-small text-note">{t('requests.view.due')}</p>
        <p className="figures text-title font-semibold">{dueWords(request, t)}{overdue && `, ${t('requests.view.overdue')}`}</p>
        {request.dueGround && <p className="text-small text-note">{t('requests.view.dueLaw', { ground: t(`requests.grounds.${request.dueGround}`) })}</p>}
        {!request.dueVerified && <p className="text-small text-note">{t('requests.view.dueUnverified')}</p>}
        {request.extendedTo && <p className="text-small">{t('requests.view.extended', { date: formatDate(request.extendedTo) })}</p>}
      </div>
      <Facts facts={[
        { term: t('requests.view.service'), value: late ? `${serviceWords(request.serviceDueAt, t)}, ${t('requests.view.overdue')}` : serviceWords(request.serviceDueAt, t) },
        { term: t('requests.view.received'), value: formatDateTime(request.receivedAt) },
        { term: t('requests.view.registered'), value: formatDate(request.registeredOn) },
        ...(executor ? [{ term: t('requests.view.executor'), value: executor }] : []),
      ]} />
    </div>
  )
}

/** A promise by the day ends at its midnight; one by the hour is told with the hour. */
function serviceWords(at: Date, t: Texts): string {
  if (formatTime(at) === '00:00') return t('requests.view.serviceOn', { date: formatDate(addDays(localDateOf(at), -1)) })
  return t('requests.view.serviceBy', { time: formatDateTime(at) })
}

function dueWords(request: Terms, t: Texts): string {
  if (request.dueMoves === null && request.dueOn !== request.dueOnIfMoved) return t('requests.view.dueBoth', { date: formatDate(request.dueOn), moved: formatDate(request.dueOnIfMoved) })
  return formatDate(effectiveDue({ dueOn: request.dueOn, dueOnIfMoved: request.dueOnIfMoved, moves: request.dueMoves }))
}
