import { z } from 'zod/mini'
import { isLocalDate } from '#server/kernel/period.ts'

/** In the order in which a payer is offered them. */
export const providers = ['payme', 'click', 'uzum', 'paynet', 'kaspi', 'halyk'] as const
export type Provider = (typeof providers)[number]

export type PaymentState = 'NEW' | 'PENDING' | 'PAID' | 'REFUNDED' | 'CANCELLED' | 'EXPIRED'
export type PayableKind = 'ACCUMULATING' | 'ONE_TIME'

const number = z.string().check(z.regex(/^\d{10}$/))
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/), z.refine(isLocalDate))
/** Minor units; superjson carries them as they are. */
const amount = z.bigint().check(z.positive(), z.maximum(100_000_000_000n))
const reason = z.string().check(z.trim(), z.minLength(3), z.maxLength(300))

export const payableInput = z.object({ number })
export const paymentKey = z.object({ buildingId: z.uuid(), paymentId: z.uuid() })
export type PaymentKey = z.infer<typeof paymentKey>

/** The person leaves for the provider; the id is made by the phone, so that a second press is the same leaving. */
export const openIntentInput = z.object({ intentId: z.uuid(), number, amount, provider: z.enum(providers) })
export type OpenIntentInput = z.infer<typeof openIntentInput>

/** By the QR of a paper bill; the token proves that the paper is in the hand. */
export const payForInput = z.object({ number, period: z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/)), token: z.string().check(z.regex(/^[\w-]{10}$/)), amount: z.nullable(amount) })
export type PayForInput = z.infer<typeof payForInput>

export const intentKey = z.object({ buildingId: z.uuid(), intentId: z.uuid() })
export type IntentKey = z.infer<typeof intentKey>

export const reversePaymentInput = z.object({ buildingId: z.uuid(), paymentId: z.uuid(), reason })
export type ReversePaymentInput = z.infer<typeof reversePaymentInput>

/** Where and as whom Halyk is asked: bases without the paths of its documents. */
const webAddress = z.string().check(z.maxLength(200), z.regex(/^(https:\/\/|http:\/\/(127[.]0[.]0[.]1|localhost)(:|\/|$))[^\s"'<>]*[^\s"'<>\/]$/))
export const halykTerminal = z.object({
  clientId: z.string().check(z.minLength(1), z.maxLength(100)),
  terminal: z.string().check(z.minLength(1), z.maxLength(100)),
  tokenBase: webAddress,
  apiBase: webAddress,
  pageScript: webAddress,
  twoStage: z.boolean(),
})
export type HalykTerminal = z.infer<typeof halykTerminal>

const fiscalItem = z.object({
  title: z.string().check(z.trim(), z.minLength(1), z.maxLength(63)),
  /** MXIK, or IKPU: 17 digits of the service. */
  code: z.string().check(z.regex(/^\d{17}$/)),
  packageCode: z.string().check(z.regex(/^\d{1,20}$/)),
  vatPercent: z.int().check(z.gte(0), z.lte(100)),
})
const fiscalItems = z.object({ ACCOUNT: z.optional(fiscalItem), PROGRAMME: z.optional(fiscalItem) })
export type FiscalItems = z.infer<typeof fiscalItems>

export const registerMerchantInput = z.object({
  merchantId: z.uuid(),
  provider: z.enum(providers),
  segment: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{2,39}$/)),
  country: z.enum(['UZ', 'KZ']),
  scopeType: z.enum(['OPERATOR', 'ORGANISATION', 'BUILDING']),
  scopeId: z.nullable(z.uuid()),
  shortAddress: z.boolean(),
  externalId: z.string().check(z.maxLength(100)),
  accountField: z.string().check(z.regex(/^[a-z_]{1,30}$/)),
  mostAmount: amount,
  allowedAddresses: z.array(z.string().check(z.regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/))).check(z.maxLength(50)),
  refunds: z.enum(['ALLOWED', 'FORBIDDEN']),
  answerFormat: z.enum(['JSON', 'XML']),
  payPage: z.string().check(z.maxLength(200)),
  /** Of Click and Uzum: the number of the service in each of their calls. */
  serviceId: z._default(z.string().check(z.regex(/^\d{0,19}$/)), ''),
  /** Of Click, for its pay links. */
  merchantUserId: z._default(z.string().check(z.regex(/^\d{0,19}$/)), ''),
  /** Of Click's own API and of the fiscal receipts asked for through it (payments.md 3.5); empty: not asked. */
  apiPage: z._default(z.string().check(z.maxLength(200), z.regex(/^(https:\/\/[^\s"'<>]+[^\s"'<>/])?$/)), ''),
  /** Of the seller on whose behalf the money is taken, for those receipts. */
  sellerTin: z._default(z.string().check(z.regex(/^(\d{9})?$/)), ''),
  /** Of Uzum: how it wants to be told of a refusal. */
  failureStatus: z._default(z.literal([200, 400]), 400),
  failureCodeForm: z._default(z.enum(['TEXT', 'NUMBER']), 'TEXT'),
  activeFrom: day,
  /** The last day on which its calls are heard; left out: stays as it is. */
  activeTo: z.optional(z.nullable(day)),
  halyk: z.optional(halykTerminal),
  /** What a fiscal receipt of an account, and of a part of a repair, says was sold. */
  fiscalItems: z.optional(fiscalItems),
})
export type RegisterMerchantInput = z.input<typeof registerMerchantInput>

export const replaceMerchantKeyInput = z.object({ merchantId: z.uuid(), key: z.string().check(z.minLength(8), z.maxLength(200)), test: z.boolean() })
export type ReplaceMerchantKeyInput = z.infer<typeof replaceMerchantKeyInput>

/** One-time payables of a house; the same source is the same invoice. */
export type NewInvoice = {
  invoiceId: string
  accountId: string
  premisesId: string
  fund: string
  amount: bigint
  dueOn: string
  sourceType: string
  sourceId: string
}
export type IssueInvoicesInput = { buildingId: string; country: 'UZ' | 'KZ'; invoices: readonly NewInvoice[] }
