import { StateMark, type Tone } from '#app/_ui/notice.tsx'

const tones: Record<string, Tone> = { CLOSED: 'good', DONE_BY_EXECUTOR: 'good', ANSWERED: 'good', REOPENED: 'care', NOT_CONSIDERED: 'care' }

/** A state as a shape and a word. */
export function StateWord({ state, word }: { state: string; word: string }) {
  return <StateMark tone={tones[state] ?? 'waiting'}>{word}</StateMark>
}
