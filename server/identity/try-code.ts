import 'server-only'
import { record } from '#server/audit/record.ts'
import { serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { log } from '#server/infra/log.ts'
import { counter } from '#server/infra/metrics.ts'
import { addressKey, browserKey, codeHash } from '#server/identity/codes/keys.ts'
import { mayAskForCode } from '#server/identity/policy.ts'
import { plainCode, refusedTry, type TryAnswer } from '#server/identity/rules.ts'
import type { CodePurpose } from '#server/identity/schema.ts'

export type CodeGiven = { challengeId: string; purpose: CodePurpose; contentHash: string; code: string }

/** One try of a code: verified, or refused after the try was committed (settled 2). */
export async function tryCode(request: RequestScope, given: CodeGiven & { sessionHash: string }): Promise<{ personId: string | null; phone: string }> {
  mayAskForCode(request.browser)
  const facts = {
    challengeId: given.challengeId, purpose: given.purpose, contentHash: given.contentHash, sessionHash: given.sessionHash,
    codeHash: codeHash(given.challengeId, given, plainCode(given.code)), browserKey: browserKey(request.browser), addressKey: addressKey(request.address),
  }
  const answer = await serviceTransaction('sign-in', async ctx => {
    const rows = await ctx.db.$queryRaw<{ answer: TryAnswer }[]>`select auth.try_code(${JSON.stringify(facts)}::jsonb) as answer`
    const tried = rows[0]?.answer ?? { state: 'DEAD' as const }
    if (tried.state !== 'VERIFIED') await noteFailure(ctx, given, tried.state)
    return tried
  }, request)
  if (answer.state === 'VERIFIED') return { personId: answer.personId, phone: answer.phone }
  throw refusedTry(answer)
}

const failures = () => counter({ name: 'uyim_code_failures_total', help: 'Refused one-time codes', labels: ['purpose', 'state'] })
const alarms = () => counter({ name: 'uyim_code_alarms_total', help: 'Tries beyond what people mistype: somebody is guessing' })

async function noteFailure(ctx: Context, given: CodeGiven, state: string): Promise<void> {
  failures().inc({ purpose: given.purpose, state })
  await record(ctx, { action: 'identity.refuseCode', buildingId: null, subjectType: 'CHALLENGE', subjectId: given.challengeId, after: { purpose: given.purpose, state } })
  const rows = await ctx.db.$queryRaw<{ alarm: { alarm: boolean } }[]>`select auth.code_alarm() as alarm`
  if (!rows[0]?.alarm.alarm) return
  alarms().inc()
  log.error({ ...rows[0].alarm }, 'ALARM: one-time codes are being guessed')
}
