import 'server-only'
import { verify } from 'otplib'
import { record } from '#server/audit/record.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { checkPassword, hashPassword, hmac, randomToken, sha256, unseal } from '#server/infra/crypto.ts'
import { slot } from '#server/infra/slot.ts'
import { addressKey, browserKey, recoveryHash } from '#server/identity/codes/keys.ts'
import { mayAskForCode } from '#server/identity/policy.ts'
import { deviceName, parseRecovery } from '#server/identity/rules.ts'
import type { OpenStaffSessionInput } from '#server/identity/schema.ts'

type Secrets = { locked: boolean; found: { personId: string; passwordHash: string; totpSealed: string; lastStep: number } | null }

const idleSeconds = 15 * 60

/** Login, password and a one-time key, each step once, or a recovery code in its place (identity 1.8). The same answer whichever of them was wrong. */
export async function openStaffSession(request: RequestScope, input: OpenStaffSessionInput): Promise<{ sid: string; personId: string }> {
  mayAskForCode(request.browser)
  const login = input.login.trim().toLowerCase()
  const keys = { login: hmac('login', login).slice(0, 32), address: addressKey(request.address) }
  const { secrets, now } = await serviceTransaction('sign-in', async ctx => ({ secrets: await readSecrets(ctx, login, keys), now: ctx.now }), request)
  if (secrets.locked) throw conflict('identity.staffLocked', { minutes: 15 })
  const proof = await judge(secrets, input, now)
  const sid = randomToken()
  const personId = proof === null || !secrets.found ? null
    : await serviceTransaction('sign-in', ctx => open(ctx, { sid, proof, personId: secrets.found?.personId ?? '' }), request)
  if (personId !== null) return { sid, personId }
  await serviceTransaction('sign-in', async ctx => {
    await ctx.db.$executeRaw`select auth.staff_failed(${keys.login}, ${keys.address})`
    await record(ctx, { action: 'identity.refuseStaff', buildingId: null, subjectType: 'LOGIN', subjectId: keys.login })
  }, request)
  throw invalid('identity.staffWrong')
}

async function readSecrets(ctx: Context, login: string, keys: { login: string; address: string }): Promise<Secrets> {
  const rows = await ctx.db.$queryRaw<{ secrets: Secrets }[]>`select auth.staff_secrets(${login}, ${keys.login}, ${keys.address}) as secrets`
  return rows[0]?.secrets ?? { locked: false, found: null }
}

/** What SQL uses up: a step of the one-time keys, or a recovery code by its hash. */
type Proof = { step: number } | { recoveryHash: string }

/** An unknown login costs the same time as a known one. */
async function judge({ found }: Secrets, input: OpenStaffSessionInput, now: Date): Promise<Proof | null> {
  const stored = found?.passwordHash ?? await slot('identity.nobodysPassword', () => hashPassword('nobody has this password'))
  const rightPassword = await checkPassword(input.password, stored)
  const secret = found ? unseal('totp', found.totpSealed) : null
  if (!found || secret === null) return null
  if (parseRecovery(input.oneTimeKey) !== null) return rightPassword ? { recoveryHash: recoveryHash(input.oneTimeKey) } : null
  const step = await stepOf(secret, input.oneTimeKey.replace(/\s/g, ''), now)
  return rightPassword && step > found.lastStep ? { step } : null
}

/** The time step of a right key, one step early or late allowed; 0 when it is wrong. */
async function stepOf(secret: string, token: string, now: Date): Promise<number> {
  const result = await verify({ secret, token, epoch: Math.floor(now.getTime() / 1000), epochTolerance: 30 }).catch(() => null)
  return result?.valid === true && 'timeStep' in result ? Number(result.timeStep) : 0
}

async function open(ctx: Context, { sid, proof, personId }: { sid: string; proof: Proof; personId: string }): Promise<string | null> {
  const facts = { personId, ...proof, idleSeconds, sessionHash: sha256(sid), deviceName: deviceName(ctx.request.userAgent), browserKey: browserKey(ctx.request.browser) }
  const rows = await ctx.db.$queryRaw<{ answer: { personId: string } | null }[]>`select auth.open_staff_session(${JSON.stringify(facts)}::jsonb) as answer`
  if (!rows[0]?.answer) return null
  await record(ctx, { action: 'identity.openStaffSession', buildingId: null, subjectType: 'PERSON', subjectId: personId, after: { by: 'step' in proof ? 'ONE_TIME_KEY' : 'RECOVERY_CODE' } })
  return personId
}
