// The main button and the tabs stand over the foot of the screen, and what has just gone wrong may appear beneath them.
/** Every alert that appears is brought before the eyes, no further than it must (the margins are `scroll-padding` of globals.css). */
export function keepAlertsInSight(): void {
  new MutationObserver(changes => {
    const alert = changes.flatMap(({ addedNodes }) => [...addedNodes]).map(alertIn).find(found => found !== null)
    alert?.scrollIntoView({ block: 'nearest' })
  }).observe(document.body, { childList: true, subtree: true })
}

function alertIn(node: Node): Element | null {
  if (!(node instanceof Element)) return null
  return node.matches('[role=alert]') ? node : node.querySelector('[role=alert]')
}
