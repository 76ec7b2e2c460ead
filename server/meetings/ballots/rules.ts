import { base64url, bytesOfHex, canonicalJson, hex, join, leafHash, rootByProof, utf8, type Canonical, type Hash } from '#server/meetings/log/rules.ts'
import { choicesOf } from '#server/meetings/rules.ts'
import type { Choice } from '#server/meetings/schema.ts'

export type SeatName = { readonly premisesId: string; readonly kind: string; readonly unit: string; readonly seat: number }

export type DraftFacts = { readonly manifestHash: string; readonly personId: string; readonly seats: readonly SeatName[]; readonly agenda: readonly string[]; readonly choices: string }

/** What the one-time code confirms: this meeting as it was opened, this person, these seats, these answers. */
export function ballotDigest(hash: Hash, draft: DraftFacts): string {
  const answers = choicesOf(draft.choices).map((choice, index) => [draft.agenda[index] ?? '', choice.toLowerCase()])
  const seats = draft.seats.map(seat => ({ k: seat.kind, u: seat.unit, s: seat.seat }))
  return hex(hash(utf8(canonicalJson({ v: 1, t: 'ballot', mh: draft.manifestHash, p: draft.personId, seats, q: answers }))))
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Four signs of a digest for an SMS that has no room for the answers; the screen shows the same four. */
export function shortDigest(digest: string): string {
  const bits = Number.parseInt(digest.slice(0, 5), 16)
  return [15, 10, 5, 0].map(shift => crockford[(bits >> shift) & 31]).join('')
}

/** The answers go into the SMS in words while they fit. */
export const mostInWords = 5

type Words = { readonly house: string; /** Of the meeting: the whole of it, and the shortest that is still a date. */ readonly on: { readonly named: string; readonly bare: string }; readonly units: readonly string[]; readonly answers: readonly { readonly choice: Choice; readonly word: string }[] | string }
export type SmsFacts = { readonly house: string; readonly meeting: string; readonly unit: string; readonly answers: string }

const mostUnits = 4
const longHouse = 20

/**
 * What the message of a code says of a ballot, from the fullest wording to the shortest that still names house, day of the
 * meeting, units and answers. The caller takes the first that fits into one part, else into two.
 */
export function smsWordings({ house, on, units, answers }: Words): [SmsFacts, ...SmsFacts[]] {
  const each = typeof answers === 'string' ? answers : answers.map(({ word }, index) => `${index + 1}-${word}`).join(' ')
  const together = typeof answers === 'string' ? answers : gathered(answers)
  const [short, few, unit, meeting] = [shortened(house), firstOf(units), units.join(','), on.bare]
  return [
    { house, meeting: on.named, unit, answers: each }, { house, meeting, unit, answers: each }, { house, meeting, unit, answers: together },
    { house: short, meeting, unit, answers: each }, { house: short, meeting, unit, answers: together }, { house: short, meeting, unit: few, answers: together },
  ]
}

/** '1,3-for 2-against': the same answers, each word once. */
function gathered(answers: Exclude<Words['answers'], string>): string {
  const words = [...new Set(answers.map(answer => answer.word))]
  return words.map(word => `${answers.flatMap((answer, index) => answer.word === word ? [index + 1] : []).join(',')}-${word}`).join(' ')
}

/** The beginning and the number at the end of a long name: by both people know their house. */
function shortened(house: string): string {
  const signs = [...house]
  return signs.length <= longHouse ? house : `${signs.slice(0, 10).join('').trimEnd()}..${signs.slice(-8).join('').trimStart()}`
}

/** An owner of a whole row of parking places reads the first of them and how many more there are; the screen lists all. */
function firstOf(units: readonly string[]): string {
  return units.length <= mostUnits ? units.join(',') : `${units.slice(0, mostUnits - 1).join(',')}+${units.length - mostUnits + 1}`
}

/** Hides the unit from neighbours and shows it to its owner, who knows the secret; two owners never share one (5.3, A4). */
export function ballotTag(hash: Hash, meetingId: string, { seat, secret }: { seat: Pick<SeatName, 'kind' | 'unit' | 'seat'>; secret: string }): string {
  const content = canonicalJson({ m: meetingId, k: seat.kind, u: seat.unit, s: seat.seat, r: secret })
  return base64url(hash(join(utf8('uy/tag/1'), Uint8Array.of(0), utf8(content))))
}

export type VoteFacts = { readonly meetingId: string; readonly manifestHash: string; readonly tag: string; readonly weight: bigint; readonly agenda: readonly string[]; readonly choices: string; readonly evidenceHash: string }

/** The published leaf of a vote: no unit, no name, no time. */
export function voteLeaf(vote: VoteFacts): string {
  const answers = choicesOf(vote.choices).map((choice, index) => [vote.agenda[index] ?? '', choice.toLowerCase()])
  return canonicalJson({ v: 1, t: 'vote', m: vote.meetingId, mh: vote.manifestHash, tag: vote.tag, w: vote.weight.toString(), q: answers, ch: 'app', ec: vote.evidenceHash })
}

/** Commits to evidence that stays private: courts open it, the log proves that it was not written later. */
export function evidenceHash(hash: Hash, evidence: Canonical): string {
  return hex(hash(join(Uint8Array.of(2), utf8(canonicalJson(evidence)))))
}

/** The first signs of a tag, in fours, as people read them to each other. */
export function shortTag(tag: string): string {
  return `${tag.slice(0, 4)} ${tag.slice(4, 8)}`
}

type RolledSeat = SeatName & { readonly ownerIds: readonly string[] }
type Owning = { readonly premisesId: string; readonly ownerId: string | null }
export type SeatObstacle = 'notOwnerThen' | 'shareUnknown'

/**
 * Which seats of the frozen roll a person's confirmed ownership gives: the whole unit, or the co-owner's own share.
 * A seat belongs to who owned it when voting opened (identity 5.7).
 */
export function seatsOfPerson<Seat extends RolledSeat>(seats: readonly Seat[], owning: readonly Owning[]): { own: Seat[]; obstacles: { premisesId: string; obstacle: SeatObstacle }[] } {
  const own: Seat[] = []
  const obstacles: { premisesId: string; obstacle: SeatObstacle }[] = []
  for (const premisesId of new Set(owning.map(each => each.premisesId))) {
    const unit = seats.filter(seat => seat.premisesId === premisesId)
    const ownerIds = owning.filter(each => each.premisesId === premisesId).map(each => each.ownerId)
    const mine = unit.filter(seat => ownerIds.some(ownerId => ownerId !== null && seat.ownerIds.includes(ownerId)))
    const [only, ...others] = unit
    if (mine.length > 0) own.push(...mine)
    else if (only && others.length === 0 && (only.ownerIds.length === 0 || ownerIds.includes(null))) own.push(only)
    else if (only) obstacles.push({ premisesId, obstacle: ownerIds.includes(null) ? 'shareUnknown' : 'notOwnerThen' })
  }
  return { own, obstacles }
}

export type ReceiptToCheck = {
  readonly meetingId: string
  /** Question and answer as the screen shows them. */
  readonly answers: readonly (readonly [itemId: string, choice: string])[]
  readonly kind: string
  readonly unit: string
  readonly seat: number
  readonly secret: string
  readonly tag: string
  readonly weight: string
  readonly leaf: string
  readonly index: number
  readonly size: number
  readonly path: readonly string[]
  readonly root: string
}

/** Whether the log's leaf is of this seat with these answers and lies in the log: nothing here is taken on trust. */
export function receiptHolds(hash: Hash, receipt: ReceiptToCheck): boolean {
  const tag = ballotTag(hash, receipt.meetingId, { seat: receipt, secret: receipt.secret })
  const said = { m: receipt.meetingId, tag, w: receipt.weight, q: receipt.answers.map(([itemId, choice]) => [itemId, choice.toLowerCase()]) }
  if (tag !== receipt.tag || !saysThis(receipt.leaf, said)) return false
  const root = rootByProof(hash, leafHash(hash, receipt.leaf), { index: receipt.index, size: receipt.size, path: receipt.path.map(bytesOfHex) })
  return root !== null && hex(root) === receipt.root
}

function saysThis(leaf: string, said: Readonly<Record<string, unknown>>): boolean {
  const found = new Map<string, unknown>(Object.entries(JSON.parse(leaf)))
  return Object.entries(said).every(([key, value]) => JSON.stringify(found.get(key)) === JSON.stringify(value))
}
