import { z } from 'zod/mini'
import { isId, isAccountNumber } from '#server/kernel/ids.ts'
import { isLocalDate, type LocalDate } from '#server/kernel/period.ts'

/** STATEMENT: what the bank says of one account of the house. REGISTRY: what a provider or a cash desk says it took. */
export const statementKinds = ['STATEMENT', 'REGISTRY'] as const
export type StatementKind = (typeof statementKinds)[number]

export const statementStates = ['RECEIVED', 'READING', 'READ', 'POSTING', 'DONE', 'FAILED', 'DISCARDED'] as const
export type StatementState = (typeof statementStates)[number]

/** Who collects for the house and tells of it in registries; DESK: a bank's or a post office's counter, known by its file alone. */
export const registrySources = ['payme', 'click', 'uzum', 'paynet', 'kaspi', 'halyk', 'desk'] as const
export type RegistrySource = (typeof registrySources)[number]

export type Direction = 'IN' | 'OUT'

/** A line as the file says it, before anybody judged it. */
export type ReadLine = {
  readonly row: number
  readonly date: LocalDate
  /** The bank's own number of the document; of a registry: the provider's number of the operation. */
  readonly document: string
  readonly direction: Direction
  /** Minor units, above zero. */
  readonly amount: bigint
  readonly partyName: string
  readonly partyId: string
  readonly partyAccount: string
  readonly purpose: string
  /** What stood in the column of the account; empty in statements. */
  readonly typedNumber: string
  /** A registry may tell of money given back. */
  readonly returned: boolean
}

/** What the file says of itself. */
export type StatementHead = {
  account: string
  from: LocalDate
  to: LocalDate
  opening: bigint
  turnoverIn: bigint
  turnoverOut: bigint
  closing: bigint
  /** ISO code where the file names one. */
  currency: string | null
  dialect: string
  lines: number
  /** Rows of a registry that were left out: their quotes are broken. */
  broken?: readonly number[]
}

/** Where a line stands. EXCEPTION waits for a person. */
export const lineStates = ['MATCHED', 'EXCEPTION', 'PROVIDER', 'KNOWN', 'OUTGOING', 'ELSEWHERE', 'REPEATED', 'POSTED', 'REJECTED'] as const
export type LineState = (typeof lineStates)[number]

/** Why a line is not posted by itself; keys of its sentence. */
export const lineProblems = ['NO_NUMBER', 'UNKNOWN_NUMBER', 'CHECK_DIGIT', 'SEVERAL_NUMBERS', 'OTHER_HOUSE', 'CLOSED_ACCOUNT', 'BEFORE_ACCOUNT', 'INVOICE_AMOUNT', 'INVOICE_PAID',
  'MAYBE_KNOWN', 'PROVIDER_NAMED', 'AMOUNT_DIFFERS', 'MISSING_HERE', 'RETURNED', 'REVERSED', 'LUMP_TOO_LARGE', 'LUMP_ELSEWHERE'] as const
export type LineProblem = (typeof lineProblems)[number]

export const rejectReasons = ['NOT_OURS', 'PROVIDER', 'OWN_MONEY', 'RETURNED'] as const

const id = z.string().check(z.refine(isId))
const number = z.string().check(z.regex(/^\d{10}$/), z.refine(isAccountNumber))
const day = z.string().check(z.refine(isLocalDate))
const amount = z.bigint().check(z.positive(), z.maximum(100_000_000_000n))
const note = z.string().check(z.trim(), z.minLength(3), z.maxLength(300))
const page = z._default(z.int().check(z.gte(1), z.lte(10_000)), 1)

export const bankAccountInput = z.object({
  buildingId: id, bankAccountId: id,
  number: z.string().check(z.trim(), z.regex(/^[0-9A-Za-z ]{20,40}$/)),
  bankName: z.string().check(z.trim(), z.minLength(2), z.maxLength(120)),
  fund: z.enum(['CURRENT', 'SAVINGS']),
  validFrom: day,
  /** The bank's contract or the meeting's decision. */
  basis: note,
})
export type BankAccountInput = z.output<typeof bankAccountInput>
export const confirmBankAccountInput = z.object({ buildingId: id, bankAccountId: id })
export type ConfirmBankAccountInput = z.output<typeof confirmBankAccountInput>
/** Why it is taken back, in words. */
export const withdrawBankAccountInput = z.object({ buildingId: id, bankAccountId: id, note })
export type WithdrawBankAccountInput = z.output<typeof withdrawBankAccountInput>

const header = z.optional(z.string().check(z.trim(), z.maxLength(100)))
export const registryColumns = ['account', 'amount', 'date', 'document', 'payer', 'purpose', 'status'] as const
/** The name that a needed column usually has in the files of Russian-speaking counters; a screen says it in the reader's words. */
export const usualHeaders = { account: 'Лицевой счёт', amount: 'Сумма', date: 'Дата' } as const
export type RegistryColumn = (typeof registryColumns)[number]

export const submitStatementInput = z.object({
  buildingId: id, statementId: id,
  kind: z.enum(statementKinds),
  source: z.optional(z.enum(registrySources)),
  fileName: z.string().check(z.trim(), z.minLength(1), z.maxLength(300)),
  /** Headers of the file where they are none of those known. */
  columns: z.optional(z.object({ account: header, amount: header, date: header, document: header, payer: header, purpose: header, status: header })),
})
export type SubmitStatementInput = z.output<typeof submitStatementInput>

export const statementKey = z.object({ buildingId: id, statementId: id })
export type StatementKey = z.output<typeof statementKey>
export const statementLinesInput = z.object({ buildingId: id, statementId: id, page })
export const listStatementsInput = z.object({ page })
export const worklistInput = z.object({ page, buildingId: z.optional(id) })

const lineKey = { buildingId: id, statementId: id, row: z.int().check(z.gte(1), z.lte(100_000_000)) }
export const lineInput = z.object(lineKey)
export type LineKey = z.output<typeof lineInput>
export const assignLineInput = z.object({ ...lineKey, number })
export type AssignLineInput = z.output<typeof assignLineInput>
export const splitLineInput = z.object({ ...lineKey, parts: z.array(z.object({ number, amount })).check(z.minLength(2), z.maxLength(20)) })
export type SplitLineInput = z.output<typeof splitLineInput>
export const rejectLineInput = z.object({ ...lineKey, reason: z.enum(rejectReasons), note })
export type RejectLineInput = z.output<typeof rejectLineInput>
export const linkLineInput = z.object({ ...lineKey, paymentId: id })
export type LinkLineInput = z.output<typeof linkLineInput>

const orderKey = { buildingId: id, paymentId: id }
export const assignOrderInput = z.object({ ...orderKey, number })
export type AssignOrderInput = z.output<typeof assignOrderInput>
export const decideOrderInput = z.object({ ...orderKey, note })
export type DecideOrderInput = z.output<typeof decideOrderInput>

export const reconcileInput = z.object({ buildingId: id, day })
export type ReconcileInput = z.output<typeof reconcileInput>
export const reconciliationsInput = z.object({ buildingId: z.optional(id), from: z.optional(day) })
export const answerDifferenceInput = z.object({ buildingId: id, differenceId: id, explanation: note })
export type AnswerDifferenceInput = z.output<typeof answerDifferenceInput>
