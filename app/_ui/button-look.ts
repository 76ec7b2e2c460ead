export type ButtonKind = 'main' | 'plain' | 'quiet' | 'danger'

const kinds: Record<ButtonKind, string> = {
  main: 'bg-act text-act-ink border-act font-semibold',
  plain: 'bg-surface text-act border-note font-medium',
  quiet: 'border-transparent text-act underline underline-offset-4',
  danger: 'bg-surface text-danger border-danger font-medium',
}

/** Buttons and links that look like buttons share one look; 48 px high, taller when the words wrap. */
export function buttonLook(kind: ButtonKind, wide = kind === 'main'): string {
  return [
    'inline-flex min-h-12 items-center justify-center gap-2 rounded-card border py-2 text-center text-base leading-6',
    'disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:opacity-70',
    kinds[kind],
    wide ? 'w-full' : '',
    kind === 'quiet' ? 'px-1' : 'px-5 no-underline active:brightness-95',
  ].join(' ')
}
