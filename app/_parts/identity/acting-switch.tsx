import { Button } from '#app/_ui/button.tsx'
import { SelectField } from '#app/_ui/field.tsx'
import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'

type Role = { grantId: string; role: string; place: string }
type Props = { locale: Locale; roles: readonly Role[]; acting: string | null; next: string }

/** As what one acts: every write stores it. Nothing to choose with one role and no flat. */
export function ActingSwitch({ locale, roles, acting, next }: Props) {
  if (roles.length < 2 && acting === null) return null
  const t = texts(locale)
  return (
    <form method="post" action="/api/auth/form/acting" className="flex items-end gap-2">
      <input type="hidden" name="locale" value={locale} />
      <input type="hidden" name="next" value={next} />
      <div className="min-w-0 flex-1">
        <SelectField
          label={t('identity.acting.label')}
          name="grant"
          size="dense"
          defaultValue={acting ?? ''}
          options={[
            { value: '', label: t('identity.acting.all') },
            ...roles.map((role) => ({ value: role.grantId, label: `${t(`identity.roles.${role.role}`)}, ${role.place}` })),
          ]}
        />
      </div>
      <Button type="submit">{t('identity.acting.choose')}</Button>
    </form>
  )
}
