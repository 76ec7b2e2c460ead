import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDateTime, type Locale } from '#server/kernel/format.ts'

type Props = { locale: Locale; freshUntil: Date | null; /** Where to come back to after the demonstration's older phone has confirmed; null: no demonstration. */ demoReturn?: string | null }

/** Said on a new device before it asks for anything it may not do yet (settled 14). */
export function FreshNotice({ locale, freshUntil, demoReturn = null }: Props) {
  if (freshUntil === null) return null
  const t = texts(locale)
  return (
    <Notice tone="waiting" title={t('identity.device.newTitle')}>
      <p>{t('identity.device.newBody', { until: formatDateTime(freshUntil) })}</p>
      {demoReturn !== null && (
        <form method="post" action="/api/auth/form/demo-confirm" className="mt-3">
          <input type="hidden" name="locale" value={locale} />
          <input type="hidden" name="next" value={demoReturn} />
          <Button type="submit" wide>
            {t('identity.device.demoConfirm')}
          </Button>
        </form>
      )}
    </Notice>
  )
}
