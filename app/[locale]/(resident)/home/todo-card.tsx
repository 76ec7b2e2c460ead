import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Money } from '#app/_ui/money.tsx'
import { formatDay } from '#server/kernel/format.ts'
import type { Todo, Words } from './todo.ts'

type Props = { todo: Todo; first: boolean; today: string } & Words

/** One thing to do: what, until when, and its button. The first stands large, the others wait their turn in small. */
export function TodoCard({ todo, first, today, t, locale }: Props) {
  const when = todo.when ?? (todo.date === null ? '' : t(todo.date < today ? 'home.wasDue' : 'home.until', { date: formatDay(todo.date, today, locale) }))
  return (
    <Card
      as="li"
      title={todo.sum ? <Money {...todo.sum} locale={locale} size={first ? 'sum' : 'title'} /> : todo.title}
      note={
        <>
          {todo.note}
          {!first && when && <span className="block text-ink">{when}</span>}
        </>
      }
      actions={
        <>
          <LinkButton kind={first ? 'main' : 'plain'} wide href={todo.act.href}>
            {todo.act.word}
          </LinkButton>
          {first && todo.also && (
            <LinkButton kind="quiet" href={todo.also.href}>
              {todo.also.word}
            </LinkButton>
          )}
        </>
      }
    >
      {first && when && <p className="font-medium">{when}</p>}
    </Card>
  )
}
