import type { ReactNode } from 'react'
import { Card } from '#app/_ui/card.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import type { Texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'
import { inLanguage, type VotingRule } from '#server/meetings/rules.ts'
import type { Paper, SignOff, Trilingual } from '#server/meetings/schema.ts'
import { PaperLinks } from './paper-links.tsx'
import { RuleSheet } from './rule-sheet.tsx'

export type Question = { itemId: string; position: number; question: Trilingual; explanation: Partial<Trilingual>; papers: readonly Paper[]; rule: VotingRule }
type Props = { t: Texts; locale: Locale; item: Question; buildingId: string; demonstration: boolean; signOff: SignOff | null; ruleOpen?: boolean; children?: ReactNode }

/** One question of the agenda: what is asked, why, what there is to read, by which rule; the result inside once there is one. */
export function QuestionCard({ t, locale, item, buildingId, demonstration, signOff, ruleOpen = false, children }: Props) {
  const explanation = item.explanation[locale]
  return (
    <Card as="article" level={3} title={inLanguage(item.question, locale)} note={`${t('meetings.page.question', { position: item.position })}. ${t(`meetings.types.${item.rule.questionType}`)}`}>
      {children}
      <div>
        {explanation && <Sheet summary={t('meetings.page.explanation')} flat>{explanation}</Sheet>}
        <PaperLinks t={t} buildingId={buildingId} papers={item.papers} />
        <RuleSheet {...{ t, locale, buildingId, demonstration, signOff }} rule={item.rule} open={ruleOpen} />
      </div>
    </Card>
  )
}
