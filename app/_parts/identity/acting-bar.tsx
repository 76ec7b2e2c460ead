import { Icon } from '#app/_ui/icon.tsx'
import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'
import { whoActs } from './who-acts.ts'

type Props = { locale: Locale; /** Where the choice leads: the first screen of the section, for another role sees other houses. */ next: string }

/** As what one acts, in one line over every screen of staff and council; who has one role has nothing to choose. */
export async function ActingBar({ locale, next }: Props) {
  const me = await whoActs(locale)
  if (!me || (me.roles.length < 2 && me.actingGrantId === null)) return null
  const t = texts(locale)
  const named = (role: (typeof me.roles)[number]) => `${t(`identity.roles.${role.role}`)}, ${role.place}`
  const chosen = me.roles.find((role) => role.grantId === me.actingGrantId)
  const gone = me.actingGrantId !== null && !chosen
  const all = t('identity.acting.all')
  const choices = [{ value: '', title: all, current: me.actingGrantId === null }, ...me.roles.map((role) => ({ value: role.grantId, title: named(role), current: role === chosen }))]
  return (
    <details data-menu className="no-print relative border-b border-line bg-surface text-small">
      <summary className="flex min-h-12 items-center lg:min-h-9 gap-1 px-4">
        <span className="text-note">{t('identity.acting.now')}:</span>
        <span className={`min-w-0 truncate font-medium ${gone ? 'text-danger' : ''}`}>{gone ? t('identity.acting.gone') : chosen ? named(chosen) : all}</span>
        <Icon name="down" size={16} />
      </summary>
      <form method="post" action="/api/auth/form/acting" className="absolute start-4 z-30 max-w-[90vw] overflow-hidden rounded-card border border-line bg-surface" aria-label={t('identity.acting.label')}>
        <input type="hidden" name="locale" value={locale} />
        <input type="hidden" name="next" value={next} />
        {choices.map((choice) => (
          <button key={choice.value} type="submit" name="grant" value={choice.value} aria-current={choice.current ? 'true' : undefined}
            className="flex min-h-12 w-full items-center px-4 py-2 text-start text-ink aria-[current]:bg-act-soft aria-[current]:font-semibold">
            {choice.title}
          </button>
        ))}
      </form>
    </details>
  )
}
