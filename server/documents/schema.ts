import { z } from 'zod/mini'

export const fileLimits = { bytes: 10 * 1024 * 1024, pixels: 40_000_000, side: 1280 } as const

export const mediaTypes = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const
export type MediaType = (typeof mediaTypes)[number]

/** What a stored file is for. */
export const fileKinds = ['METER_PHOTO', 'REQUEST_PHOTO', 'OWNERSHIP_PROOF', 'MEETING_PAPER', 'ESTIMATE', 'ACT', 'HOUSE_PAPER', 'COURT_PAPER'] as const
export type FileKind = (typeof fileKinds)[number]

export type NewFile = {
  buildingId: string
  premisesId: string | null
  /** Made by the phone where the act is; the same id with the same bytes is the same file. */
  fileId?: string
  kind: FileKind
  subjectType: string
  subjectId: string
  bytes: Uint8Array
  mediaType?: string
  /** A paper of the whole house. */
  shared?: boolean
}

export type StoredFile = { fileId: string; buildingId: string; premisesId: string | null; sha256: string; mediaType: string; sizeBytes: number; kind: string }

export const documentKinds = ['BILL', 'RECEIPT', 'STATEMENT', 'INVITATION', 'MINUTES', 'NOTICE', 'ESTIMATE', 'ACT', 'REPORT', 'CERTIFICATE'] as const
export type DocumentKind = (typeof documentKinds)[number]

export const checkDocumentInput = z.object({ code: z.string().check(z.maxLength(40)) })

export const withdrawDocumentInput = z.object({
  buildingId: z.uuid(),
  documentId: z.uuid(),
  reason: z.string().check(z.trim(), z.minLength(3), z.maxLength(300)),
})
export type WithdrawDocumentInput = z.infer<typeof withdrawDocumentInput>

export const listFilesInput = z.object({ buildingId: z.uuid(), subjectType: z.string().check(z.maxLength(40)), subjectId: z.string().check(z.maxLength(80)) })

export type DocumentCheck = {
  code: string
  kind: DocumentKind
  number: string
  issuedOn: string
  sha256: string
  withdrawnOn: string | null
  withdrawnReason: string | null
  /** Number of the paper that holds in its place. */
  replacedBy: string | null
  country: 'UZ' | 'KZ'
  houseName: string
  addressUz: string
  addressKk: string
  addressRu: string
}
