import { Icon } from './icon.tsx'

/** The page that an address asks for: what is no number is the first, and there is an end to them. */
export function pageOf(asked: string | undefined): number {
  return Math.min(10_000, Math.max(1, Math.floor(Number(asked ?? 1)) || 1))
}

export type PagerProps = {
  /** The name of the landmark, and the words of the two links. */
  words: { label: string; previous: string; next: string }
  /** Already filled: 'Page 2 of 7'. */
  position: string
  previousHref?: string | null
  nextHref?: string | null
}

export function Pager({ words, position, previousHref, nextHref }: PagerProps) {
  const link = 'inline-flex min-h-12 items-center gap-1 px-2'
  return (
    <nav aria-label={words.label} className="flex items-center justify-between gap-2">
      {previousHref ? (
        <a href={previousHref} rel="prev" className={link}>
          <Icon name="back" size={20} />
          {words.previous}
        </a>
      ) : (
        <span />
      )}
      <span className="figures text-small text-note">{position}</span>
      {nextHref ? (
        <a href={nextHref} rel="next" className={link}>
          {words.next}
          <Icon name="forward" size={20} />
        </a>
      ) : (
        <span />
      )}
    </nav>
  )
}
