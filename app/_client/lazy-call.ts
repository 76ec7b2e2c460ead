// For islands that ask the server only when something is pressed: the code of the call comes with the press, and where
// the network is gone even that cannot come, which must be said and not hang.
import type { InputOf, OutputOf, Path, Rest } from './trpc.ts'

export async function callLazily<P extends Path>(path: P, ...input: Rest<InputOf<P>>): Promise<OutputOf<P>> {
  const { call } = await import('./trpc.ts')
  return call(path, ...input)
}
