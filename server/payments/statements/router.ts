import 'server-only'
import * as z from 'zod/mini'
import { router, staffProcedure, stepProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { receiveWeb } from '#server/imports/files/receive.ts'
import { openTransaction } from '#server/infra/context.ts'
import { addDays } from '#server/kernel/period.ts'
import { acceptStatement } from '#server/payments/accept-statement.ts'
import { answerDifference } from '#server/payments/answer-difference.ts'
import { assignLine } from '#server/payments/assign-line.ts'
import { assignOrder } from '#server/payments/assign-order.ts'
import { closeOrder } from '#server/payments/close-order.ts'
import { confirmBankAccount } from '#server/payments/confirm-bank-account.ts'
import { keptOrders } from '#server/payments/halyk/queries.ts'
import { keptActs } from '#server/payments/halyk/rules.ts'
import { linkLine } from '#server/payments/link-line.ts'
import { postLump } from '#server/payments/post-lump.ts'
import { assertMayKeepStatements } from '#server/payments/policy.ts'
import { openDifferences, reconciledDays } from '#server/payments/reconciliation/queries.ts'
import { reconcileDay } from '#server/payments/reconcile-day.ts'
import { registerBankAccount } from '#server/payments/register-bank-account.ts'
import { rejectLine } from '#server/payments/reject-line.ts'
import { rejectStatement } from '#server/payments/reject-statement.ts'
import { reverseOrder } from '#server/payments/reverse-order.ts'
import { splitLine } from '#server/payments/split-line.ts'
import { submitStatement } from '#server/payments/submit-statement.ts'
import { withdrawBankAccount } from '#server/payments/withdraw-bank-account.ts'
import { bankAccountsOf, isUnconfirmed } from './bank-accounts.ts'
import { worklist } from './hints.ts'
import { findStatement, houseOfStatements, linesOf, listStatements, outcomesOf, statementPlaces } from './queries.ts'
import { answerDifferenceInput, assignLineInput, assignOrderInput, bankAccountInput, confirmBankAccountInput, decideOrderInput, lineInput, linkLineInput, listStatementsInput, reconcileInput, reconciliationsInput, rejectLineInput, splitLineInput, statementKey, statementLinesInput,
  submitStatementInput, withdrawBankAccountInput, worklistInput } from './schema.ts'

/** Bytes come as a stream through app/api/files/statements; a JSON caller has none to give. */
const submitInput = z.extend(submitStatementInput, { body: z.custom<ReadableStream<Uint8Array>>(value => value instanceof ReadableStream) })

/** A year of a large house; larger ones are cut by month. */
const uploadLimit = 100 * 1024 * 1024

export const statementsRouter = router({
  places: staffProcedure.query(({ ctx }) => statementPlaces(ctx)),
  accounts: staffProcedure.query(({ ctx }) => bankAccountsOf(ctx)),
  registerAccount: staffProcedure.input(bankAccountInput).mutation(({ ctx, input }) => registerBankAccount(ctx, input)),
  withdrawAccount: staffProcedure.input(withdrawBankAccountInput).mutation(({ ctx, input }) => withdrawBankAccount(ctx, input)),
  confirmAccount: staffProcedure.input(confirmBankAccountInput).mutation(({ ctx, input }) => confirmBankAccount(ctx, input)),
  /** The right is asked before a byte is kept, and again in the transaction that makes the row. */
  submit: stepProcedure.input(submitInput).mutation(async ({ ctx, input: { body, ...input } }) => {
    await openTransaction(ctx.request, async inner => assertMayKeepStatements(inner.actor, await houseOfStatements(inner, input.buildingId)))
    const file = await receiveWeb(body, uploadLimit)
    return openTransaction(ctx.request, inner => submitStatement(inner, { file, input }))
  }),
  accept: staffProcedure.input(statementKey).mutation(({ ctx, input }) => acceptStatement(ctx, input)),
  reject: staffProcedure.input(statementKey).mutation(({ ctx, input }) => rejectStatement(ctx, input)),
  list: staffProcedure.input(listStatementsInput).query(({ ctx, input }) => listStatements(ctx, input.page)),
  one: staffProcedure.input(statementKey).query(async ({ ctx, input }) => {
    const statement = await findStatement(ctx, input)
    return { statement, outcomes: await outcomesOf(ctx, input), unconfirmed: await isUnconfirmed(ctx, statement) }
  }),
  state: staffProcedure.input(statementKey).query(async ({ ctx, input }) => {
    const { state, lines, postedRow } = await findStatement(ctx, input)
    return { state, lines, postedRow }
  }),
  lines: staffProcedure.input(statementLinesInput).query(({ ctx, input }) => linesOf(ctx, input, input.page)),
  worklist: staffProcedure.input(worklistInput).query(({ ctx, input }) =>
    // Lines of a house with hints at any of its accounts: all its homes are looked through.
    shown({ ctx, what: 'PAYMENT' }, worklist(ctx, { buildingId: input.buildingId ?? null, page: input.page }), ({ rows }) => rows.map(({ buildingId }) => ({ buildingId, premisesId: null })))),
  assignLine: staffProcedure.input(assignLineInput).mutation(({ ctx, input }) => assignLine(ctx, input)),
  splitLine: staffProcedure.input(splitLineInput).mutation(({ ctx, input }) => splitLine(ctx, input)),
  rejectLine: staffProcedure.input(rejectLineInput).mutation(({ ctx, input }) => rejectLine(ctx, input)),
  linkLine: staffProcedure.input(linkLineInput).mutation(({ ctx, input }) => linkLine(ctx, input)),
  postLump: staffProcedure.input(lineInput).mutation(({ ctx, input }) => postLump(ctx, input)),
  keptOrders: staffProcedure.query(({ ctx }) =>
    shown({ ctx, what: 'PAYMENT' }, keptOrders(ctx).then(rows => rows.map(row => ({ ...row, acts: keptActs(row) }))), rows => rows.map(({ buildingId }) => ({ buildingId, premisesId: null })))),
  assignOrder: staffProcedure.input(assignOrderInput).mutation(({ ctx, input }) => assignOrder(ctx, input)),
  reverseOrder: staffProcedure.input(decideOrderInput).mutation(({ ctx, input }) => reverseOrder(ctx, input)),
  closeOrder: staffProcedure.input(decideOrderInput).mutation(({ ctx, input }) => closeOrder(ctx, input)),
  reconcile: staffProcedure.input(reconcileInput).mutation(({ ctx, input }) => reconcileDay(ctx, input)),
  reconciliations: staffProcedure.input(reconciliationsInput).query(async ({ ctx, input }) => {
    const asked = { buildingId: input.buildingId ?? null, from: input.from ?? addDays(ctx.today, -31) }
    return { days: await reconciledDays(ctx, asked), differences: await openDifferences(ctx, asked) }
  }),
  answerDifference: staffProcedure.input(answerDifferenceInput).mutation(({ ctx, input }) => answerDifference(ctx, input)),
})
