import { Progress } from '#app/_ui/progress.tsx'
import { percentText, shareOf, type Scale } from './weights.ts'

type Props = { scale: Pick<Scale, 't' | 'locale'>; turnout: { seats: number; weight: bigint } | null; roll: { rollSeats: number | null; rollWeight: bigint | null } }

/** Before the end the only thing anybody learns: how many, and what they weigh together. */
export function Turnout({ scale, turnout, roll }: Props) {
  if (turnout === null || roll.rollWeight === null) return null
  const percent = percentText(scale, turnout.weight, roll.rollWeight)
  return (
    <Progress
      label={scale.t('meetings.page.turnout')}
      share={shareOf(turnout.weight, roll.rollWeight)}
      text={scale.t('meetings.page.turnoutText', { seats: turnout.seats, all: roll.rollSeats ?? 0, percent })}
    />
  )
}
