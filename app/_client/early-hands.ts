// On a slow network a page is read, filled in and pressed for many seconds before its scripts have come. Until then a form
// would send itself into the address and lose what was typed. A few lines within the page keep both (`earlyScript`), and
// `Awake` hands them over.
export type EarlyHands = {
  /** In the order of typing; a box or a choice by whether it is chosen. */
  typed: Map<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, string | boolean>
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

export const earlyScript = `(${listen.toString()})()`
