/** How long until work that could not be done is tried again where nobody says that the network is back; each time twice as long. */
const firstPause = 15_000

/**
 * Work that a page can do without for a moment: after `delay`, and where the network went just then (its code may not have
 * come), again when it is back, until it has been done once.
 */
export function whenIdle(work: () => Promise<unknown>, delay: number): () => void {
  let pause = firstPause
  let timer = setTimeout(attempt, delay)
  let over = false
  const rest = () => {
    clearTimeout(timer)
    window.removeEventListener('online', attempt)
  }
  function attempt(): void {
    rest()
    work().catch(() => {
      if (over) return
      window.addEventListener('online', attempt)
      timer = setTimeout(attempt, pause)
      pause *= 2
    })
  }
  return () => {
    over = true
    rest()
  }
}
