import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { formNoteCookie, readFormNote, safePlace } from '#server/identity/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ n?: string; next?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.signIn.title') } : {}
}

/** The first of two screens: the number. A plain form, so that it works before any script has come. */
export default async function SignInPage({ params, searchParams }: Props) {
  const [{ locale }, { n, next = '' }] = await Promise.all([params, searchParams])
  if (!isLocale(locale)) notFound()
  const me = await (await caller(locale)).identity.me()
  if (me) redirect(safePlace(next, locale) ?? `/${locale}/${me.kind === 'STAFF' ? 'staff' : 'home'}`)
  const note = readFormNote((await cookies()).get(formNoteCookie)?.value, n)
  const t = texts(locale)
  return (
    <>
      <PageTitle>{t('identity.signIn.title')}</PageTitle>
      <form method="post" action="/api/auth/form/phone" className="flex flex-col gap-6">
        <input type="hidden" name="locale" value={locale} />
        <input type="hidden" name="next" value={next} />
        <Field
          label={t('identity.signIn.phone')}
          hint={t('identity.signIn.phoneHint')}
          error={note?.message}
          name="phone"
          type="tel"
          inputMode="tel"
          autoComplete="tel"
          required
          maxLength={40}
          defaultValue={note?.typed['phone'] ?? ''}
        />
        <Button type="submit" kind="main">
          {t('identity.signIn.getCode')}
        </Button>
      </form>
      <div className="mt-8">
        <LinkButton kind="quiet" href={`/${locale}/staff-sign-in`}>
          {t('identity.signIn.staff')}
        </LinkButton>
      </div>
    </>
  )
}
