import type { ReactNode } from 'react'
import { Notice } from '#app/_ui/notice.tsx'
import type { Texts } from '#server/infra/texts.ts'

type Rule = { readonly withdrawalReason: string | null; readonly withdrawalMine: boolean; readonly mine: boolean; readonly mayPublish: boolean }
type Props = { rule: Rule; t: Texts; form: (asked: boolean) => ReactNode }

/** What is published and has not come to its month: who sees a mistake says so, another person withdraws it. */
export function Withdrawal({ rule: { withdrawalReason, withdrawalMine, mine, mayPublish }, t, form }: Props) {
  if (withdrawalReason === null) return mine || mayPublish ? form(false) : null
  return (
    <>
      <Notice tone="care">{t('indexes.withdraw.asked', { reason: withdrawalReason })}</Notice>
      {withdrawalMine ? <p className="text-note">{t('indexes.withdraw.mine')}</p> : mayPublish && form(true)}
    </>
  )
}
