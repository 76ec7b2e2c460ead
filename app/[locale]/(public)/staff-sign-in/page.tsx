import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { caller } from '#server/api/caller.ts'
import { formNoteCookie, readFormNote, safePlace } from '#server/identity/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ n?: string; next?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.staffSignIn.title') } : {}
}

/** Login, password and one-time key on one screen. */
export default async function StaffSignInPage({ params, searchParams }: Props) {
  const [{ locale }, { n, next = '' }] = await Promise.all([params, searchParams])
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind === 'STAFF') redirect(safePlace(next, locale) ?? `/${locale}/staff`)
  const note = readFormNote((await cookies()).get(formNoteCookie)?.value, n)
  const demo = await api.identity.demoStaff()
  const t = texts(locale)
  return (
    <>
      <PageTitle>{t('identity.staffSignIn.title')}</PageTitle>
      <form method="post" action="/api/auth/form/staff" className="flex flex-col gap-6">
        <input type="hidden" name="locale" value={locale} />
        <input type="hidden" name="next" value={next} />
        <Field label={t('identity.staffSignIn.login')} name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} required maxLength={100} defaultValue={note?.typed['login'] ?? ''} />
        <Field label={t('identity.staffSignIn.password')} name="password" type="password" autoComplete="current-password" required maxLength={200} />
        <Field
          label={t('identity.staffSignIn.key')}
          hint={t('identity.staffSignIn.keyHint')}
          error={note?.message}
          name="oneTimeKey"
          size="figures"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9 ]*"
          maxLength={7}
        />
        <Sheet flat summary={t('identity.staffSignIn.recovery')}>
          <Field label={t('identity.staffSignIn.recoveryCode')} hint={t('identity.staffSignIn.recoveryHint')} name="recoveryCode" autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={60} />
        </Sheet>
        <Button type="submit" kind="main">
          {t('identity.staffSignIn.enter')}
        </Button>
      </form>
      {demo.length > 0 && (
        <div className="mt-6">
          <Sheet summary={t('identity.staffSignIn.demo')}>
            <p className="text-small text-note">{t('identity.staffSignIn.demoNote')}</p>
            <List label={t('identity.staffSignIn.demo')}>
              {demo.map(person => <Row key={person.login} title={person.name} note={`${person.login}, ${person.password}`} value={<span className="figures">{person.key}</span>} />)}
            </List>
          </Sheet>
        </div>
      )}
      <div className="mt-8">
        <LinkButton kind="quiet" href={`/${locale}/sign-in`}>
          {t('identity.staffSignIn.resident')}
        </LinkButton>
      </div>
    </>
  )
}
