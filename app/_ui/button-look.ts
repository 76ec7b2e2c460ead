export type ButtonKind = 'main' | 'plain' | 'quiet' | 'danger'

const kinds: Record<ButtonKind, string> = {
  main: 'bg-act text-act-ink border-act font-semibold',
  plain: 'bg-surface text-act border-note font-medium',
  quiet: 'border-transparent text-act underline underline-offset-4',
  danger: 'bg-surface text-danger border-danger font-medium',
}

/** Buttons and links that look like buttons share one look; 48 px high, taller when the words wrap; at a desk as low as its fields. */
export function buttonLook(kind: ButtonKind, wide = kind === 'main'): string {
  return [
    'press inline-flex items-center justify-center gap-2 rounded-card border text-center',
    'disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:opacity-70',
    kinds[kind],
    wide ? 'press-wide' : '',
    kind === 'quiet' ? 'px-1' : 'press-sides no-underline active:brightness-95',
  ].join(' ')
}
