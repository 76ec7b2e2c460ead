import type { CallError } from './trpc.ts'

/** The server heard and said no, in words; not that nothing came back. Known by its name: whoever asks need not carry the code of the call. */
export function isRefusal(error: unknown): error is CallError {
  return error instanceof Error && error.name === 'CallError' && error.message !== '' && !('code' in error && error.code === 'common.noNetwork')
}

/** What the server refused, in the person's language; empty when nothing came back. */
export function refusalOf(error: unknown): string {
  return isRefusal(error) ? error.message : ''
}
