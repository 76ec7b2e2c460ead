'use client'

import { useEffect } from 'react'
import type { LastBill } from './last-bill.ts'
import { whenIdle } from './when-idle.ts'

/** `<KeepBill bill={…} />` on the payments screen: the phone remembers the sum for the stairwell. */
export function KeepBill({ bill }: { bill: LastBill }) {
  useEffect(() => whenIdle(() => import('./live.ts').then((live) => live.keepBill(bill)), 600), [bill])
  return null
}

/** `<KeepOffline name="meters" value={…} />`: what the form without a network must know. No names, no phones. */
export function KeepOffline({ name, value }: { name: 'meters' | 'request-places'; value: unknown }) {
  useEffect(() => whenIdle(() => import('./live.ts').then((live) => live.keepOnShelf(name, value)), 600), [name, value])
  return null
}
