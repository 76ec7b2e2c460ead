import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sha256 } from '#app/_parts/meetings/sha256.ts'
import { ballotTag, receiptHolds, shortTag, voteLeaf, type ReceiptToCheck } from '#server/meetings/ballots/rules.ts'
import { appendPeak, hex, leafHash, pathOfNewest, peaksRoot, type Bytes } from '#server/meetings/log/rules.ts'

describe('SHA-256 of the phone', () => {
  it('gives what node:crypto gives at every length around the blocks', () => {
    for (const length of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 111, 112, 119, 120, 127, 128, 1000, 4096]) {
      const bytes = randomBytes(length)
      expect(hex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'))
    }
  })
})

function receipt(): ReceiptToCheck {
  const seat = { kind: 'APARTMENT', unit: '45', seat: 1 }
  const secret = 'S'.repeat(43)
  const tag = ballotTag(sha256, 'meeting', { seat, secret })
  const leaf = voteLeaf({ meetingId: 'meeting', manifestHash: 'm', tag, weight: 6210n, agenda: ['q1', 'q2'], choices: 'FA', evidenceHash: 'e' })
  const before = ['a', 'b', 'c', 'd', 'e'].reduce<readonly Bytes[]>((peaks, text, size) => appendPeak(sha256, { peaks, size }, leafHash(sha256, text)), [])
  const root = hex(peaksRoot(sha256, appendPeak(sha256, { peaks: before, size: 5 }, leafHash(sha256, leaf))))
  return {
    meetingId: 'meeting', answers: [['q1', 'FOR'], ['q2', 'ABSTAIN']], ...seat, secret, tag, weight: '6210', leaf,
    index: 5, size: 6, path: pathOfNewest(before).map(hex), root,
  }
}

describe('checking a receipt on the phone (identity 5.5)', () => {
  it('holds as it was given', () => {
    expect(receiptHolds(sha256, receipt())).toBe(true)
    expect(shortTag(receipt().tag)).toMatch(/^\S{4} \S{4}$/)
  })

  it('fails when anything was altered: answer, unit, weight, leaf, place, path, root', () => {
    const good = receipt()
    const altered: Partial<ReceiptToCheck>[] = [
      { answers: [['q1', 'AGAINST'], ['q2', 'ABSTAIN']] }, { unit: '46' }, { seat: 2 }, { kind: 'PARKING' }, { secret: 'T'.repeat(43) }, { weight: '6211' }, { meetingId: 'other' },
      { leaf: good.leaf.replace('abstain', 'against') }, { leaf: '{}' }, { index: 4 }, { size: 7 }, { path: good.path.slice(1) }, { root: '0'.repeat(64) },
    ]
    for (const change of altered) expect(receiptHolds(sha256, { ...good, ...change }), JSON.stringify(change)).toBe(false)
  })
})
