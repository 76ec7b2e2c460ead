'use client'
import { useEffect, useRef, useState } from 'react'
import type { OutputOf } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatDate, formatMoney, type Locale } from '#server/kernel/format.ts'
import { LineActs } from './line-acts.tsx'
import type { WorklistWords } from './worklist-words.ts'

type Line = OutputOf<'statements.worklist'>['rows'][number]
type Props = { locale: Locale; lines: readonly Line[]; all: number; words: WorklistWords }

const keyOf = (line: Line) => `${line.statementId}/${line.row}`

/** Left the list, right the line in hand: J and K walk, a letter opens an act, Enter does it. What is decided leaves the list. */
export function Worklist({ locale, lines, all, words }: Props) {
  const [left, setLeft] = useState(lines)
  const [place, setPlace] = useState(0)
  const [done, setDone] = useState(false)
  const { busy, problem, act, complain } = useAct()
  const rows = useRef<HTMLTableSectionElement>(null)
  const line = left[Math.min(place, left.length - 1)]
  // In braces: newer browsers answer a scroll with a promise, which React would take for the effect's end.
  useEffect(() => { rows.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' }) }, [place, left.length])

  function go(step: number) {
    setPlace(Math.max(0, Math.min(left.length - 1, place + step)))
    setDone(false)
    complain('')
  }
  function decide(decided: Line, work: () => Promise<unknown>) {
    setDone(false)
    return act(async () => {
      await work()
      setLeft(left.filter(each => keyOf(each) !== keyOf(decided)))
      setPlace(Math.min(place, Math.max(0, left.length - 2)))
      setDone(true)
    })
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <p role="status" className="font-medium">{left.length === 0 ? words.none : fill(words.left, { count: all - (lines.length - left.length) })}</p>
        {left.length > 0 && <Button hotkey="k" onClick={() => go(-1)}>{words.previous}</Button>}
        {left.length > 0 && <Button hotkey="j" onClick={() => go(1)}>{words.next}</Button>}
      </div>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {done && <Notice tone="good" live="status">{words.done}</Notice>}
      {line && (
        <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_28rem]">
          <section aria-label={words.list} tabIndex={0} className="max-h-[70vh] min-w-0 overflow-auto">
            <table className="figures w-full border-collapse text-small leading-5">
              <thead><tr className="border-b border-note text-start text-note">
                <th scope="col" className="px-2 py-0.5 text-start font-medium">{words.date}</th><th scope="col" className="px-2 py-0.5 text-end font-medium">{words.sum}</th><th scope="col" className="px-2 py-0.5 text-start font-medium">{words.party}</th>
                <th scope="col" className="px-2 py-0.5 text-start font-medium">{words.purpose}</th><th scope="col" className="px-2 py-0.5 text-start font-medium">{words.why}</th>
              </tr></thead>
              <tbody ref={rows}>
                {left.map((each, index) => (
                  <tr key={keyOf(each)} aria-current={each === line ? 'true' : undefined} className="border-b border-line align-top hover:bg-act-soft aria-[current]:bg-act-soft">
                    <td className="px-2 py-0.5 whitespace-nowrap"><button type="button" className="min-h-6 font-medium text-act" onClick={() => setPlace(index)}>{formatDate(each.date)}</button></td>
                    <td className="px-2 py-0.5 text-end whitespace-nowrap">{formatMoney(each.amount, each.currency, locale)}</td>
                    <td className="px-2 py-0.5">{each.partyName}</td>
                    <td className="px-2 py-0.5">{each.purpose}</td>
                    <td className="px-2 py-0.5">{words.problems[each.problem ?? ''] ?? ''}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <section aria-label={words.acts} className="min-w-0"><LineActs key={keyOf(line)} line={line} locale={locale} words={words} busy={busy} act={work => decide(line, work)} /></section>
        </div>
      )}
    </div>
  )
}
