import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { hmac } from '#server/infra/crypto.ts'

/** Puts a person's signature under the hash of a text. EDS of a country is another implementation of the same port. */
type Signer = {
  readonly method: 'SESSION' | 'EDS'
  sign: (signed: { personId: string; level: number; hash: string }) => string
}

/** The inspector's own session, at its level: password and one-time key. Only this server can make or check it. */
export const sessionSigner: Signer = {
  method: 'SESSION',
  sign: ({ personId, level, hash }) => hmac('conclusion', personId, String(level), hash),
}

/** The hash of what is signed, by the database's own function: the gate recomputes it before it lets anything through. */
export async function hashOfConclusion(ctx: Pick<Context, 'db'>, conclusion: Record<string, unknown>): Promise<string> {
  const rows = await ctx.db.$queryRaw<{ hash: string }[]>`
    select app.conclusion_hash(jsonb_populate_record(null::inspection_conclusions, ${JSON.stringify(conclusion)}::jsonb))::text as hash`
  const hash = rows[0]?.hash
  if (!hash) throw new Error('app.conclusion_hash answered nothing')
  return hash
}
