// What this tab must not lose between the confirming screen and the receipt: the ballot's id, so that pressing twice
// is one vote, and the secret of its tag. Gone with the tab or when the vote is in.
import { base64url } from '#server/meetings/log/rules.ts'
import { newId } from '#server/kernel/ids.ts'

export type SentCode = { challengeId: string; maskedPhone: string; demoCode: string | null }
export type HeldBallot = { ballotId: string; secret: string; sent: SentCode | null }

export function draftName(meetingId: string): string {
  return `ballot-${meetingId}`
}

const slotOf = (draftId: string) => `uyim:ballot:${draftId}`

export function holdBallot(draftId: string): HeldBallot {
  try {
    const held: unknown = JSON.parse(sessionStorage.getItem(slotOf(draftId)) ?? 'null')
    if (isHeld(held)) return held
  } catch {
    // An unreadable note is as good as none.
  }
  const made = { ballotId: newId(), secret: base64url(crypto.getRandomValues(new Uint8Array(32))), sent: null }
  keepBallot(draftId, made)
  return made
}

export function keepBallot(draftId: string, held: HeldBallot): void {
  try {
    sessionStorage.setItem(slotOf(draftId), JSON.stringify(held))
  } catch {
    // Forbidden store: the screen itself still holds it.
  }
}

export function forgetBallot(draftId: string): void {
  sessionStorage.removeItem(slotOf(draftId))
}

function isHeld(value: unknown): value is HeldBallot {
  return typeof value === 'object' && value !== null && 'ballotId' in value && 'secret' in value && 'sent' in value
}
