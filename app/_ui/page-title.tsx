import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

export type PageTitleProps = {
  children: ReactNode
  note?: ReactNode
  /** Where the arrow leads; its word is read aloud: 'Back to bills'. */
  back?: { href: string; word: string }
}

/** The only h1 of a screen. */
export function PageTitle({ children, note, back }: PageTitleProps) {
  return (
    <div className="mb-4 flex items-start gap-1 [.flex-col>&]:mb-0">
      {back && (
        <a href={back.href} aria-label={back.word} className="-ms-3 inline-flex size-12 shrink-0 items-center justify-center">
          <Icon name="back" />
        </a>
      )}
      <div className="min-w-0 py-2.5">
        <h1 className="text-title font-semibold">{children}</h1>
        {note && <p className="text-small text-note">{note}</p>}
      </div>
    </div>
  )
}
