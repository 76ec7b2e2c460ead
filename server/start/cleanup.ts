type Cleanup = () => void | Promise<void>

const cleanups: Cleanup[] = []

/** To be undone at the end of the program, the last first; returns the way to forget it. */
export function atEnd(cleanup: Cleanup): () => void {
  cleanups.push(cleanup)
  return () => {
    const index = cleanups.indexOf(cleanup)
    if (index >= 0) cleanups.splice(index, 1)
  }
}

export async function cleanUp(): Promise<void> {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
}
