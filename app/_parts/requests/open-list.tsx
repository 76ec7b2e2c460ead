import { List, Row } from '#app/_ui/list.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDay, type Locale } from '#server/kernel/format.ts'
import type { LocalDate } from '#server/kernel/period.ts'

export type OpenRequest = {
  requestId: string
  buildingId: string
  number: number
  category: string
  place: string
  state: string
  emergency: boolean
  dueOn: LocalDate
  extendedTo: LocalDate | null
}
type Props = { requests: readonly OpenRequest[]; locale: Locale; today: LocalDate; label: string }

/** Open requests of a house by deadline, without persons: a state is a shape and a word. */
export function OpenList({ requests, locale, today, label }: Props) {
  const t = texts(locale)
  return (
    <List label={label}>
      {requests.map((request) => {
        const due = request.extendedTo ?? request.dueOn
        const late = due < today
        return (
          <Row
            key={request.requestId}
            href={`/${locale}/requests/${request.buildingId}/${request.requestId}`}
            title={t(`requests.categories.${request.category}`)}
            note={
              <span className="flex flex-col">
                {`№ ${request.number} · ${t(`requests.places.${request.place}`)} · ${t(`requests.states.${request.state}`)}`}
                <span className="flex flex-wrap gap-x-4">
                  {request.emergency && <StateMark tone="danger">{t('house.board.emergency')}</StateMark>}
                  <StateMark tone={late ? 'care' : 'waiting'}>{t(late ? 'house.board.overdue' : 'house.board.due', { date: formatDay(due, today, locale) })}</StateMark>
                </span>
              </span>
            }
          />
        )
      })}
    </List>
  )
}
