'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState, type ReactNode } from 'react'
import { Icon, type IconName } from '#app/_ui/icon.tsx'
import type { Locale } from '#server/kernel/format.ts'
import { OutboxList, type OutboxListWords } from './outbox-list.tsx'
import { useInstall } from './use-install.ts'
import { useOutbox, type WaitingThing } from './use-outbox.ts'
import { whenIdle } from './when-idle.ts'
import { countWords } from './words.ts'

export type RuntimeWords = {
  outbox: OutboxListWords & { readonly [key: string]: unknown }
  runtime: { update: string; updateNow: string; later: string; install: string; installNow: string; offline: string }
}

/**
 * The one line above the tabs that speaks only when there is something to say: what waits to be sent,
 * that there is no network, that a new version is ready, that the app can live on the home screen.
 */
export function Runtime({ locale, words }: { locale: Locale; words: RuntimeWords }) {
  const offline = useOffline()
  const update = useUpdate(locale)
  const install = useInstall()
  const things = useOutbox()
  const unsent = things.filter((thing) => thing.state !== 'sent')
  useShownAnew(things)
  if (unsent.length > 0) return <WaitingLine locale={locale} words={words} things={things} unsent={unsent} />
  if (offline) return <Line icon="offline">{words.runtime.offline}</Line>
  if (update) return <Offer icon="download" text={words.runtime.update} act={words.runtime.updateNow} later={words.runtime.later} offer={update} />
  if (install) return <Offer icon="plus" text={words.runtime.install} act={words.runtime.installNow} later={words.runtime.later} offer={install} />
  return null
}

type LineProps = { locale: Locale; words: RuntimeWords; things: readonly WaitingThing[]; unsent: readonly WaitingThing[] }

function WaitingLine({ locale, words, things, unsent }: LineProps) {
  const refused = unsent.filter((thing) => thing.state === 'refused').length
  const text = countWords(words.outbox, refused > 0 ? 'refused' : 'waiting', { count: refused > 0 ? refused : unsent.length, locale })
  return (
    <Frame>
      <details className="arrives">
        <summary className="flex min-h-12 items-center gap-3 px-4 py-2">
          <Icon name={refused > 0 ? 'care' : 'clock'} />
          <span role="status" className="flex-1 text-small">{text}</span>
          <span className="turns">
            <Icon name="forward" size={20} />
          </span>
        </summary>
        <div className="max-h-[50dvh] overflow-y-auto border-t border-line px-4">
          <OutboxList things={things} words={words.outbox} />
        </div>
      </details>
    </Frame>
  )
}

function Line({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <Frame>
      <p role="status" className="flex min-h-12 items-center gap-3 px-4 py-2 text-small">
        <Icon name={icon} />
        {children}
      </p>
    </Frame>
  )
}

type OfferFacts = { accept: () => void; dismiss: () => void }

function Offer({ icon, text, act, later, offer }: { icon: IconName; text: string; act: string; later: string; offer: OfferFacts }) {
  const look = 'min-h-12 shrink-0 font-medium text-act underline underline-offset-4'
  return (
    <Frame>
      <div className="flex min-h-12 flex-wrap items-center gap-x-4 px-4 py-2 text-small">
        <Icon name={icon} />
        <p role="status" className="min-w-40 flex-1">{text}</p>
        <button type="button" className={look} onClick={offer.accept}>
          {act}
        </button>
        <button type="button" className={look} onClick={offer.dismiss}>
          {later}
        </button>
      </div>
    </Frame>
  )
}

/** Over the page and never pushing it: nothing jumps under the thumb. Only its sentence is read out when it changes, not the list in it. */
function Frame({ children }: { children: ReactNode }) {
  return (
    <div data-runtime-line className="no-print over-tabs fixed inset-x-2 z-20">
      <div className="shell-width rounded-card border border-note bg-surface">{children}</div>
    </div>
  )
}

function useOffline(): boolean {
  const [offline, setOffline] = useState(false)
  useEffect(() => {
    const look = () => setOffline(!navigator.onLine)
    look()
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    return () => {
      window.removeEventListener('online', look)
      window.removeEventListener('offline', look)
    }
  }, [])
  return offline
}

/** Offered only while nothing on the screen could be lost by it: nothing was typed here, and no form holds a photo (`data-unsaved`). */
function useUpdate(locale: Locale): OfferFacts | null {
  const touched = useTouched()
  const [takeOver, setTakeOver] = useState<(() => void) | null>(null)
  const [dismissed, setDismissed] = useState(false)
  useEffect(() => whenIdle(() => import('./live.ts').then((live) => live.begin(locale, (found) => setTakeOver(() => found))), 300), [locale])
  if (!takeOver || dismissed || touched || document.querySelector('[data-unsaved]')) return null
  return { accept: takeOver, dismiss: () => setDismissed(true) }
}

/** What waited has left since this page was opened: the screen is asked for again, so that it does not go on saying 'waiting'. Where something is being written nothing moves. */
function useShownAnew(things: readonly WaitingThing[]): void {
  const router = useRouter()
  const touched = useTouched()
  const left = things.filter((thing) => thing.state === 'sent' && thing.at > performance.timeOrigin).length
  useEffect(() => {
    if (left > 0 && !touched) router.refresh()
  }, [left, touched, router])
}

/** Something was typed or chosen since this page came; the next page offers the update again. */
function useTouched(): boolean {
  const [touched, setTouched] = useState(false)
  useEffect(() => {
    const note = () => setTouched(true)
    document.addEventListener('input', note, { once: true })
    return () => document.removeEventListener('input', note)
  }, [])
  return touched
}
