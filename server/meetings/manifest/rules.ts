import { canonicalJson, hex, utf8, type Canonical, type Hash } from '#server/meetings/log/rules.ts'
import type { Roll } from '#server/meetings/roll/rules.ts'
import type { Threshold, VotingRule } from '#server/meetings/rules.ts'
import type { CoOwners, Form, Paper, QuestionType, Scope, Trilingual, WeightKind } from '#server/meetings/schema.ts'

type WrittenThreshold = { num: string; den: string; op: string }

/** A rule as it is frozen: in the manifest, beside the result, and read back by the count. */
export type WrittenRule = {
  id: string; type: string; scope: string; weight: string; multiOwner: string
  quorum: WrittenThreshold; base: string; majority: WrittenThreshold
  notice: number; minLevel: number; verified: boolean; act: Trilingual; source: Trilingual
}

function writeThreshold(threshold: Threshold): WrittenThreshold {
  return { num: threshold.numerator.toString(), den: threshold.denominator.toString(), op: threshold.operator }
}

function readThreshold(written: WrittenThreshold): Threshold {
  return { numerator: BigInt(written.num), denominator: BigInt(written.den), operator: written.op === 'GT' ? 'GT' : 'GE' }
}

export function writeRule(rule: VotingRule): WrittenRule {
  return {
    id: rule.ruleId, type: rule.questionType, scope: rule.scope, weight: rule.weight, multiOwner: rule.coOwners,
    quorum: writeThreshold(rule.quorum), base: rule.majorityBase, majority: writeThreshold(rule.majority),
    notice: rule.noticeDays, minLevel: rule.leastLevel, verified: rule.verified, act: rule.act, source: rule.source,
  }
}

export function readRule(written: WrittenRule): VotingRule {
  return {
    ruleId: written.id, questionType: written.type as QuestionType, scope: written.scope as Scope, weight: written.weight as WeightKind,
    coOwners: written.multiOwner as CoOwners, quorum: readThreshold(written.quorum), majorityBase: written.base === 'PRESENT' ? 'PRESENT' : 'ALL',
    majority: readThreshold(written.majority), noticeDays: written.notice, leastLevel: written.minLevel, act: written.act, source: written.source, verified: written.verified,
  }
}

export type ManifestFacts = {
  readonly buildingId: string
  readonly meetingId: string
  readonly number: number
  readonly form: Form
  readonly title: Trilingual
  readonly coOwners: CoOwners
  readonly opensAt: Date
  readonly closesAt: Date
  readonly signOff: Canonical
  readonly items: readonly { itemId: string; question: Trilingual; explanation: Partial<Trilingual>; papers: readonly Paper[]; rule: VotingRule }[]
  readonly roll: Roll
  readonly rollRoot: string
}

/** Everything that must not change once voting is open; texts go in as hashes (identity 5.3, A9, A10). */
export function makeManifest(hash: Hash, facts: ManifestFacts): { manifest: Canonical; manifestHash: string } {
  const hashes = (text: Partial<Trilingual>) => Object.fromEntries(Object.entries(text).map(([language, words]) => [language, hex(hash(utf8(words.normalize('NFC'))))]))
  const manifest: Canonical = {
    v: 1, house: facts.buildingId, meeting: facts.meetingId, number: facts.number, form: facts.form, mode: 'tag',
    titleSha256: hashes(facts.title),
    questions: facts.items.map(item => ({
      id: item.itemId, textSha256: hashes(item.question), explanationSha256: hashes(item.explanation),
      papersSha256: item.papers.map(paper => paper.sha256), options: ['for', 'against', 'abstain'], rule: writeRule(item.rule),
    })),
    wDen: facts.roll.denominator.toString(), rollRoot: facts.rollRoot, rollCount: facts.roll.seats.length, rollWeight: facts.roll.weight.toString(),
    opensAt: facts.opensAt.toISOString(), closesAt: facts.closesAt.toISOString(),
    multiOwner: facts.coOwners, changeRule: 'FINAL', paperRule: 'NONE', signOff: facts.signOff,
  }
  return { manifest, manifestHash: hex(hash(utf8(canonicalJson(manifest)))) }
}
