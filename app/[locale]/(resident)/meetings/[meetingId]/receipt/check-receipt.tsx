'use client'

import { useEffect, useState } from 'react'
import { sha256 } from '#app/_parts/meetings/sha256.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { receiptHolds, type ReceiptToCheck } from '#server/meetings/ballots/rules.ts'

type Props = { receipts: readonly ReceiptToCheck[]; words: { checking: string; checked: string; wrong: string; print: string } }

/** Recomputes tag, leaf and way to the root on this very phone; the screen says 'recorded' only on its word (identity 5.5). */
export function CheckReceipt({ receipts, words }: Props) {
  const [holds, setHolds] = useState<boolean | null>(null)
  useEffect(() => setHolds(receipts.every(receipt => receiptHolds(sha256, receipt))), [receipts])
  const said = holds === null ? words.checking : holds ? words.checked : words.wrong
  return (
    <>
      <Notice tone={holds === null ? 'waiting' : holds ? 'good' : 'danger'} live="status">{said}</Notice>
      <div className="no-print">
        <Button icon="paper" onClick={() => window.print()}>{words.print}</Button>
      </div>
    </>
  )
}
