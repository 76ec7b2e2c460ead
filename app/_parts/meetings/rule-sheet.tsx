import { Sheet } from '#app/_ui/sheet.tsx'
import type { Texts } from '#server/infra/texts.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import { inLanguage, type VotingRule } from '#server/meetings/rules.ts'
import type { SignOff } from '#server/meetings/schema.ts'
import { fractionText } from './weights.ts'

type Props = { t: Texts; locale: Locale; rule: VotingRule; buildingId: string; demonstration: boolean; signOff: SignOff | null; open?: boolean }

/** The rule in words with its act and source, and on whose word it stands while it is not verified (settled 15). */
export function RuleSheet({ t, locale, rule, buildingId, demonstration, signOff, open = false }: Props) {
  const lines = [
    t(`meetings.rule.quorum${rule.quorum.operator}`, { fraction: fractionText(rule.quorum, locale) }),
    t(`meetings.rule.${rule.majorityBase}${rule.majority.operator}`, { fraction: fractionText(rule.majority, locale) }),
    `${t(`meetings.rule.${rule.weight}`)} ${t(`meetings.rule.${rule.coOwners}`)}`,
  ]
  return (
    <Sheet summary={t('meetings.rule.title')} flat open={open}>
      {lines.map(line => <p key={line}>{line}</p>)}
      <p className="text-small text-note">{t('meetings.rule.act', { act: inLanguage(rule.act, locale) })}</p>
      <p className="text-small text-note">{t('meetings.rule.source', { source: inLanguage(rule.source, locale) })}</p>
      {!rule.verified && signOff === null && (
        <p className="text-small">{t('meetings.rule.notVerified')}{demonstration ? ` ${t('meetings.rule.demonstration')}` : ''}</p>
      )}
      {signOff !== null && (
        <p className="text-small">{t('meetings.rule.signedOff', { lawyer: signOff.lawyer, date: formatDate(signOff.signedOn), document: signOff.document })}</p>
      )}
      {signOff?.paperId !== undefined && (
        <a href={`/api/files/${buildingId}/${signOff.paperId}`} target="_blank" rel="noopener" className="flex min-h-12 items-center text-small">{t('meetings.rule.opinion')}</a>
      )}
    </Sheet>
  )
}
