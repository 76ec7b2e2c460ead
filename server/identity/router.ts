import 'server-only'
import { publicProcedure, router, signedProcedure, staffProcedure, stepProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { closeSession } from '#server/identity/close-session.ts'
import { readCodeState } from '#server/identity/codes/queries.ts'
import { confirmDevice } from '#server/identity/confirm-device.ts'
import { confirmOwner } from '#server/identity/confirm-owner.ts'
import { demoStaff } from '#server/identity/demo/staff.ts'
import { endGrant } from '#server/identity/end-grant.ts'
import { giveGrant } from '#server/identity/give-grant.ts'
import { readGrantPlaces, readGrants } from '#server/identity/grants/queries.ts'
import { issueRecoveryCodes } from '#server/identity/issue-recovery-codes.ts'
import { linkHome } from '#server/identity/link-home.ts'
import { readClaims, readDevices, readKeys, readMe, readOutboxKey, readRecentLinks, readSignIn } from '#server/identity/me/queries.ts'
import { readShutNumbers } from '#server/identity/numbers/queries.ts'
import { registerStaff } from '#server/identity/register-staff.ts'
import { reopenNumber } from '#server/identity/reopen-number.ts'
import { replaceOneTimeKey } from '#server/identity/replace-one-time-key.ts'
import { requestCode } from '#server/identity/request-code.ts'
import { revokeDevice } from '#server/identity/revoke-device.ts'
import {
  buildingInput, confirmOwnerInput, deviceInput, endGrantInput, giveGrantInput, grantPlacesInput, grantScopeInput, linkHomeInput, registerStaffInput, reopenNumberInput, requestCodeInput, setCodeLimitInput, setLocaleInput,
} from '#server/identity/schema.ts'
import { setCodeLimit } from '#server/identity/set-code-limit.ts'
import { setLocale } from '#server/identity/set-locale.ts'

// Sessions are opened in server/api/session.ts and nowhere here: their secret goes into the cookie, never to a script.
export const identityRouter = router({
  me: publicProcedure.query(({ ctx }) => readMe(ctx)),
  signInState: publicProcedure.query(({ ctx }) => readSignIn(ctx)),
  demoStaff: publicProcedure.query(() => demoStaff()),
  requestCode: stepProcedure.input(requestCodeInput).mutation(({ ctx, input }) =>
    requestCode(ctx.request, { purpose: 'signIn', contentHash: '', phone: input.phone, smsTemplate: 'signIn', params: {} })),
  outboxKey: signedProcedure.query(({ ctx }) => readOutboxKey(ctx)),
  devices: signedProcedure.query(({ ctx }) => readDevices(ctx)),
  signOut: signedProcedure.mutation(({ ctx }) => closeSession(ctx)),
  revokeDevice: signedProcedure.input(deviceInput).mutation(({ ctx, input }) => revokeDevice(ctx, input)),
  confirmDevice: signedProcedure.input(deviceInput).mutation(({ ctx, input }) => confirmDevice(ctx, input)),
  setLocale: signedProcedure.input(setLocaleInput).mutation(({ ctx, input }) => setLocale(ctx, input)),
  linkHome: stepProcedure.input(linkHomeInput).mutation(({ ctx, input }) => linkHome(ctx.request, input)),
  recentLinks: signedProcedure.input(buildingInput).query(({ ctx, input }) => readRecentLinks(ctx, input)),
  claims: signedProcedure.input(buildingInput).query(({ ctx, input }) => readClaims(ctx, input)),
  confirmOwner: signedProcedure.input(confirmOwnerInput).mutation(({ ctx, input }) => confirmOwner(ctx, input)),
  shutNumbers: signedProcedure.query(({ ctx }) => shown({ ctx, what: 'NUMBERS' }, readShutNumbers(ctx), numbers => numbers.flatMap(number => number.places))),
  reopenNumber: signedProcedure.input(reopenNumberInput).mutation(({ ctx, input }) => reopenNumber(ctx, input)),
  grantPlaces: signedProcedure.input(grantPlacesInput).query(({ ctx, input }) => readGrantPlaces(ctx, input)),
  grants: signedProcedure.input(grantScopeInput).query(({ ctx, input }) => readGrants(ctx, input)),
  giveGrant: signedProcedure.input(giveGrantInput).mutation(({ ctx, input }) => giveGrant(ctx, input)),
  endGrant: signedProcedure.input(endGrantInput).mutation(({ ctx, input }) => endGrant(ctx, input)),
  codeState: staffProcedure.query(({ ctx }) => readCodeState(ctx)),
  setCodeLimit: staffProcedure.input(setCodeLimitInput).mutation(({ ctx, input }) => setCodeLimit(ctx, input)),
  keys: staffProcedure.query(({ ctx }) => readKeys(ctx)),
  issueRecoveryCodes: staffProcedure.mutation(({ ctx }) => issueRecoveryCodes(ctx)),
  replaceOneTimeKey: staffProcedure.mutation(({ ctx }) => replaceOneTimeKey(ctx)),
  registerStaff: staffProcedure.input(registerStaffInput).mutation(({ ctx, input }) => registerStaff(ctx, input)),
})
