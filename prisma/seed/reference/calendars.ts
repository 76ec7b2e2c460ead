import type { Context } from '#server/infra/context.ts'
import file from './calendars.json' with { type: 'json' }

/** Rest days and moved days by year. A corrected calendar replaces what an earlier version said. */
export async function seedCalendars(ctx: Context): Promise<void> {
  const rows = file.calendars.flatMap(calendar => calendar.days.map(day => ({ country: calendar.country, source: calendar.source, ...day })))
  await ctx.db.$executeRaw`insert into calendar_days as old (country, day, working, note, source, verified)
    select x.country, x.day, x.working, x.note, x.source, x.verified
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(country text, day date, working boolean, note text, source text, verified boolean)
    on conflict (country, day) do update set working = excluded.working, note = excluded.note, source = excluded.source, verified = excluded.verified
      where (old.working, old.note, old.source, old.verified) is distinct from (excluded.working, excluded.note, excluded.source, excluded.verified)`
}
