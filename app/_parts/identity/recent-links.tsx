import { MomentText } from '#app/_ui/date-text.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'

export type LinkLine = { number: string; kind: string; level: number; at: Date }
type Props = { locale: Locale; house: { name: string }; links: readonly LinkLine[] }

/** New links of the house by unit number only: neighbours see when somebody appears where nobody lives (identity 1.5). */
export function RecentLinks({ locale, house, links }: Props) {
  if (links.length === 0) return null
  const t = texts(locale)
  return (
    <Sheet summary={t('identity.profile.newLinks', { house: house.name })} value={links.length}>
      <List>
        {links.map((link, index) => (
          <Row key={index} title={t(`identity.unit.${link.kind}`, { number: link.number })} note={t(`identity.levels.${link.level >= 2 ? 'confirmed' : 'linked'}`)} value={<MomentText at={link.at} />} />
        ))}
      </List>
    </Sheet>
  )
}
