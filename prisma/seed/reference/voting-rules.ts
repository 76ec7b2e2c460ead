import type { Context } from '#server/infra/context.ts'
import file from './voting-rules.json' with { type: 'json' }

/** '> 1/2', '>= 51/100' as exact fractions. */
function threshold(text: string): { numerator: string; denominator: string; operator: 'GT' | 'GE' } {
  const match = /^(>=?) (\d+)\/(\d+)$/.exec(text)
  if (!match) throw new Error(`not a threshold: ${text}`)
  const [, sign, numerator = '0', denominator = '1'] = match
  return { numerator, denominator, operator: sign === '>' ? 'GT' : 'GE' }
}

function rowOf(rule: (typeof file.rules)[number]): Record<string, unknown> {
  const [base = '', ...rest] = rule.majority.split(' ')
  const quorum = threshold(rule.quorum)
  const majority = threshold(rest.join(' '))
  return {
    rule_id: rule.ruleId, country: rule.country, question_type: rule.questionType, scope: rule.scope, weight: rule.weight,
    quorum_numerator: quorum.numerator, quorum_denominator: quorum.denominator, quorum_operator: quorum.operator,
    majority_base: base, majority_numerator: majority.numerator, majority_denominator: majority.denominator, majority_operator: majority.operator,
    notice_days: rule.noticeDays, least_level: rule.leastLevel, co_owners: rule.coOwners,
    act: file.acts[rule.act as keyof typeof file.acts], source: file.sources[rule.source as keyof typeof file.sources],
    verified: rule.verified, valid_from: rule.validFrom, valid_to: null,
  }
}

/** Quorum and majorities of owners' meetings. A correction replaces what an earlier version said; meetings keep a copy of what they opened with. */
export async function seedVotingRules(ctx: Context): Promise<void> {
  const rows = JSON.stringify(file.rules.map(rowOf))
  await ctx.db.$executeRaw`insert into voting_rules
    select x.* from jsonb_populate_recordset(null::voting_rules, ${rows}::jsonb) x
    on conflict (rule_id) do update set (quorum_numerator, quorum_denominator, quorum_operator, majority_base, majority_numerator, majority_denominator,
      majority_operator, weight, notice_days, least_level, co_owners, act, source, verified, valid_from, valid_to)
    = (excluded.quorum_numerator, excluded.quorum_denominator, excluded.quorum_operator, excluded.majority_base, excluded.majority_numerator,
      excluded.majority_denominator, excluded.majority_operator, excluded.weight, excluded.notice_days, excluded.least_level, excluded.co_owners,
      excluded.act, excluded.source, excluded.verified, excluded.valid_from, excluded.valid_to)`
}
