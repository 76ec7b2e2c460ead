import type { Context } from '#server/infra/context.ts'
import file from './penalties.json' with { type: 'json' }

/** Rules of penalties by date. Whether one is switched on is the installation's, once its row is there. */
export async function seedPenalties(ctx: Context): Promise<void> {
  await ctx.db.$executeRaw`insert into penalty_rules as old (rule_id, country, fund, payer_kind, formula, daily_rate, index_code, factor, cap, enabled, act_id, source, verified, valid_from, valid_to)
    select x."ruleId", x.country, x.fund, x."payerKind", x.formula, x."dailyRate", x."indexCode", x.factor, x.cap, x.enabled, x."actId", x.source, x.verified, x."validFrom", x."validTo"
      from jsonb_to_recordset(${JSON.stringify(file.rules)}::jsonb) as x("ruleId" text, country text, fund text, "payerKind" text, formula text, "dailyRate" numeric, "indexCode" text,
        factor numeric, cap numeric, enabled boolean, "actId" text, source text, verified boolean, "validFrom" date, "validTo" date)
    on conflict (rule_id) do update set act_id = excluded.act_id, source = excluded.source, verified = excluded.verified
      where (old.act_id, old.source, old.verified) is distinct from (excluded.act_id, excluded.source, excluded.verified)`
}
