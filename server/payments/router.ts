import 'server-only'
import { publicProcedure, router, signedProcedure, staffProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { openIntent } from './open-intent.ts'
import { payForScreen } from './pay-for/queries.ts'
import { proofScreen } from './proof/queries.ts'
import { proofKey } from './proof/signing.ts'
import { findPayable } from './queries.ts'
import { registerMerchant } from './register-merchant.ts'
import { replaceMerchantKey } from './replace-merchant-key.ts'
import { reversePayment } from './reverse-payment.ts'
import { intentKey, openIntentInput, payableInput, payForInput, paymentKey, registerMerchantInput, replaceMerchantKeyInput, reversePaymentInput } from './schema.ts'
import { paymentsOfNumber } from './screen/desk.ts'
import { merchantList } from './screen/merchants.ts'
import { demoProvider, payList, payScreen, receiptScreen, trackPayable } from './screen/queries.ts'
import { submitPaymentNotice } from './submit-payment-notice.ts'
import { withdrawIntent } from './withdraw-intent.ts'

export const paymentsRouter = router({
  mine: signedProcedure.query(({ ctx }) => payList(ctx)),
  screen: signedProcedure.input(payableInput).query(({ ctx, input }) => shown({ ctx, what: 'PAYMENT' }, payScreen(ctx, input.number), ({ payable }) => [payable])),
  track: signedProcedure.input(payableInput).query(({ ctx, input }) => trackPayable(ctx, input.number)),
  receipt: signedProcedure.input(paymentKey).query(({ ctx, input }) => shown({ ctx, what: 'PAYMENT' }, receiptScreen(ctx, input), facts => [facts])),
  proof: signedProcedure.input(payableInput).query(({ ctx, input }) => shown({ ctx, what: 'PAYMENT' }, proofScreen(ctx, input.number), async () => [await findPayable(ctx, input.number)].filter(each => each !== null))),
  proofKey: publicProcedure.query(() => proofKey()),
  openIntent: signedProcedure.input(openIntentInput).mutation(({ ctx, input }) => openIntent(ctx, input)),
  submitNotice: signedProcedure.input(intentKey).mutation(({ ctx, input }) => submitPaymentNotice(ctx, input)),
  withdrawIntent: signedProcedure.input(intentKey).mutation(({ ctx, input }) => withdrawIntent(ctx, input)),
  ofNumber: staffProcedure.input(payableInput).query(({ ctx, input }) => shown({ ctx, what: 'PAYMENT' }, paymentsOfNumber(ctx, input), place => [place])),
  reverse: staffProcedure.input(reversePaymentInput).mutation(({ ctx, input }) => reversePayment(ctx, input)),
  merchants: staffProcedure.query(({ ctx }) => merchantList(ctx)),
  registerMerchant: staffProcedure.input(registerMerchantInput).mutation(({ ctx, input }) => registerMerchant(ctx, input)),
  replaceMerchantKey: staffProcedure.input(replaceMerchantKeyInput).mutation(({ ctx, input }) => replaceMerchantKey(ctx, input)),
  payFor: publicProcedure.input(payForInput).query(({ ctx, input }) => payForScreen(ctx, input)),
  demoProvider: publicProcedure.query(() => demoProvider()),
})
