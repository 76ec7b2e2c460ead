import { Button } from '#app/_ui/button.tsx'
import type { Texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'

type Props = { buildingId: string; locale: Locale; t: Texts }

/** Who is late in a house, as a file; a form, because taking it is written down. */
export function DebtorsButton({ buildingId, locale, t }: Props) {
  return (
    <form method="post" action={`/api/debtors/${locale}/${buildingId}`} className="flex flex-wrap items-center gap-3">
      <Button type="submit">{t('billing.debtors.take')}</Button>
      <span className="text-small text-note">{t('billing.debtors.note')}</span>
    </form>
  )
}
