import type { Locale } from '#server/kernel/format.ts'
import { titleFor } from '#server/repairs/rules.ts'
import type { Title } from '#server/repairs/schema.ts'

/** The name of a repair: in the reader's language, or as it was given and said so to a screen reader. */
export function TitleText({ title, locale }: { title: Title; locale: Locale }) {
  const { text, lang } = titleFor(title, locale)
  return <span lang={lang === locale ? undefined : lang}>{text}</span>
}
