'use client'

import { useEffect } from 'react'

/** The letters lie open: a moment later they count as read. Silence of the network only leaves them new. */
export function MarkRead() {
  useEffect(() => {
    const timer = setTimeout(() => {
      void import('#app/_client/trpc.ts').then(({ call }) => call('notifications.openInbox')).catch(() => undefined)
    }, 1500)
    return () => clearTimeout(timer)
  }, [])
  return null
}
