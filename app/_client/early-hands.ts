// On a slow network a page is read, filled in and pressed for many seconds before its scripts have come. Until then a form
// would send itself into the address and lose what was typed. A few lines within the page keep both (`earlyScript`), and
// `Awake` hands them over. Where a script does not come at all, the page says so (`data-broken` of the body), and what was
// typed is there again when it is opened again.
type Typed = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
export type EarlyHands = {
  /** In the order of typing; a box or a choice by whether it is chosen. */
  typed: Map<Typed, string | boolean>
  /** The last button that was pressed: pressed often, it was meant once. */
  pressed: HTMLElement | null
  stop: () => void
}

declare global {
  interface Window {
    uyimEarly?: EarlyHands
  }
}

/** Runs as text inside the page, before everything else: it may use nothing of this module. */
function listen(): void {
  const early: EarlyHands = { typed: new Map(), pressed: null, stop: () => undefined }
  const type = ({ target }: Event) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)) return
    early.typed.delete(target)
    early.typed.set(target, target.type === 'checkbox' || target.type === 'radio' ? (target as HTMLInputElement).checked : target.value)
  }
  // React, which may be waking in this very moment, does not hear it too: it is done once.
  const hold = (event: Event, button: HTMLElement) => {
    event.stopImmediatePropagation()
    early.pressed = button
    document.body.dataset['held'] = ''
  }
  // A form that says how it is sent works without a script, and is left alone.
  const send = (event: SubmitEvent) => {
    if (!(event.target instanceof HTMLFormElement) || event.target.hasAttribute('method')) return
    event.preventDefault()
    hold(event, event.submitter ?? event.target)
  }
  const press = (event: Event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (button?.type === 'button' && !button.disabled) hold(event, button)
  }
  const moments = [['input', type], ['change', type], ['submit', send], ['click', press]] as [string, EventListener][]
  for (const [name, hear] of moments) document.addEventListener(name, hear, true)
  early.stop = () => {
    for (const [name, hear] of moments) document.removeEventListener(name, hear, true)
    delete document.body.dataset['held']
  }
  window.uyimEarly = early
}

/** Says of a page that its scripts do not come: one failed, or for long none came and none failed while there is a network. Within the page too. */
function watch(): void {
  const early = window.uyimEarly
  if (!early) return
  const { stop } = early
  const tell = () => { document.body.dataset['broken'] = '' }
  const fail = (event: Event) => { if (event.target instanceof HTMLScriptElement) tell() }
  let waiting = 0
  const wait = () => {
    clearTimeout(waiting)
    if (document.readyState === 'complete') waiting = window.setTimeout(() => navigator.onLine ? tell() : wait(), 20_000)
  }
  const signs = [[window, 'error', fail], [window, 'load', wait], [document, 'load', wait]] as const
  for (const [where, name, hear] of signs) where.addEventListener(name, hear, true)
  early.stop = () => {
    clearTimeout(waiting)
    for (const [where, name, hear] of signs) where.removeEventListener(name, hear, true)
    delete document.body.dataset['broken']
    stop()
  }
}

/**
 * What was typed crosses to the very next page of this tab, and comes back only where that is the same one, of the same person
 * (`draftPersonSlot`); the phone may be anybody's. What no draft keeps is not kept here. Within the page too.
 */
function carry(): void {
  const early = window.uyimEarly
  if (!early) return
  const { stop, typed } = early
  const secret = (field: Typed) => 'noDraft' in field.dataset || field.autocomplete === 'one-time-code' || /^(password|file|hidden)$/.test(field.type)
  const nameOf = (field: Typed) => [field.type, field.name, field.id, /^(radio|checkbox)$/.test(field.type) ? field.value : ''].join()
  let held: [string, string | boolean][] = []
  const put = () => {
    const fields = [...document.querySelectorAll<Typed>('input, textarea, select')]
    for (const [name, value] of held) {
      const field = fields.find(each => nameOf(each) === name)
      if (!field || typed.has(field)) continue
      if (typeof value === 'string') field.value = value
      else (field as HTMLInputElement).checked = value
      typed.set(field, value)
    }
    held = []
  }
  try {
    const place = () => [location.pathname, location.search, localStorage.getItem('uyim:person')].join()
    const [from, at = 0, kept = []] = JSON.parse(sessionStorage.getItem('uyim:typed') ?? '[]') as [string?, number?, typeof held?]
    sessionStorage.removeItem('uyim:typed')
    if (from === place() && Date.now() - at < 3_600_000) held = kept
    const keep = () => {
      const mine = [...typed].filter(([field]) => field.isConnected && !secret(field)).map(([field, value]) => [nameOf(field), value])
      if (mine.length > 0) sessionStorage.setItem('uyim:typed', JSON.stringify([place(), Date.now(), mine]))
    }
    window.addEventListener('pagehide', keep)
    document.addEventListener('DOMContentLoaded', put)
    early.stop = () => {
      window.removeEventListener('pagehide', keep)
      put()
      stop()
    }
  } catch {
    // A store that is forbidden keeps nothing.
  }
}

export const earlyScript = [listen, watch, carry].map(each => `(${each.toString()})()`).join(';')
