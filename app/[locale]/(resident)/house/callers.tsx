import { Icon } from '#app/_ui/icon.tsx'
import { List } from '#app/_ui/list.tsx'
import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'
import { formatPhone } from '#server/kernel/jurisdiction.ts'

type Props = { locale: Locale; managements: readonly { method: string; organisation: string; phone: string }[] }

// The same in both countries.
const emergencies = [['rescue', '112'], ['gas', '104'], ['ambulance', '103']] as const

/** Whom to call; a tap dials. */
export function Callers({ locale, managements }: Props) {
  const t = texts(locale)
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-title font-semibold">{t('house.people.title')}</h2>
      <List label={t('house.people.title')}>
        {managements.map(({ method, organisation, phone }) => (
          <Caller key={organisation} name={organisation} note={t(`house.people.methods.${method}`)} phone={phone} shown={phone === '' ? '' : formatPhone(phone)} locale={locale} />
        ))}
        {emergencies.map(([name, phone]) => (
          <Caller key={phone} name={t(`house.people.${name}`)} note={null} phone={phone} shown={phone} locale={locale} />
        ))}
      </List>
    </section>
  )
}

type CallerProps = { name: string; note: string | null; phone: string; shown: string; locale: Locale }

function Caller({ name, note, phone, shown, locale }: CallerProps) {
  const words = (
    <span className="flex min-w-0 flex-1 flex-col">
      <span>{name}</span>
      {note && <span className="text-small text-note">{note}</span>}
      {phone !== '' && <span className="figures text-act underline underline-offset-4">{shown}</span>}
    </span>
  )
  const look = 'flex min-h-12 items-center gap-3 px-4 py-2.5 text-ink'
  return (
    <li className="max-w-none">
      {phone === '' ? <div className={look}>{words}</div> : (
        <a href={`tel:${phone}`} aria-label={texts(locale)('house.people.call', { name, phone: shown })} className={`${look} no-underline`}>
          <Icon name="phone" />
          {words}
        </a>
      )}
    </li>
  )
}
