import { notFound, redirect } from 'next/navigation'
import { Icon, type IconName } from '#app/_ui/icon.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { languages } from '#app/_ui/locale.ts'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }> }

const items: readonly (readonly [name: string, icon: IconName])[] = [['bills', 'wallet'], ['pay', 'star'], ['meters', 'gauge'], ['vote', 'vote'], ['requests', 'chat']]

/** The door of the house: what it is, in which language, and the way in. Whoever is in already goes on. */
export default async function FrontPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const me = await (await caller(locale)).identity.me()
  if (me) redirect(`/${locale}/${me.kind === 'STAFF' ? 'staff' : 'home'}`)
  const t = texts(locale)
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-col gap-3">
        <h1 className="text-sum font-semibold">{t('home.front.lead')}</h1>
        <p>{t('home.front.about')}</p>
      </div>
      <nav aria-label={t('home.front.language')}>
        <ul className="grid gap-2 sm:grid-cols-3">
          {languages.map((language) => (
            <li key={language.locale}>
              <a
                href={`/${language.locale}`}
                hrefLang={language.locale}
                lang={language.locale}
                aria-current={language.locale === locale ? 'true' : undefined}
                className="flex min-h-12 items-center justify-between rounded-card border border-note bg-surface px-4 no-underline aria-[current]:border-act aria-[current]:bg-act-soft aria-[current]:font-semibold"
              >
                {language.name}
                {language.locale === locale && <Icon name="check" size={20} />}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <LinkButton kind="main" href={`/${locale}/sign-in`}>
        {t('home.front.signIn')}
      </LinkButton>
      <section className="flex flex-col gap-3">
        <h2 className="text-title font-semibold">{t('home.front.what')}</h2>
        <ul className="flex flex-col gap-3">
          {items.map(([name, icon]) => (
            <li key={name} className="flex items-start gap-3">
              <span className="text-act">
                <Icon name={icon} />
              </span>
              {t(`home.front.items.${name}`)}
            </li>
          ))}
        </ul>
        <p className="text-small text-note">{t('home.front.free')}</p>
      </section>
      <LinkButton kind="quiet" href={`/${locale}/staff-sign-in`}>
        {t('home.front.staff')}
      </LinkButton>
    </div>
  )
}
