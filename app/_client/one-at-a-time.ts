/** For a button without a framework: a second press while the first is under way does nothing. */
export function oneAtATime(work: () => Promise<void>): () => void {
  let busy = false
  return () => {
    if (busy) return
    busy = true
    void work().finally(() => {
      busy = false
    })
  }
}
