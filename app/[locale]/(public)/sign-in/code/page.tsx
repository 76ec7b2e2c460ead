import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { somebodySignsIn } from '#app/_client/person-slots.ts'
import { CodeField } from '#app/_parts/identity/code-field.tsx'
import { Button } from '#app/_ui/button.tsx'
import { InlineScript } from '#app/_ui/inline-script.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { formNoteCookie, readFormNote, type FormNote } from '#server/identity/rules.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale, type Locale } from '#server/kernel/format.ts'
import { SendAgain, type SendAgainWords } from './send-again.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ n?: string; next?: string; sent?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.code.title') } : {}
}

/** The second of two screens: the code, filled in by the phone itself where it can. */
export default async function CodePage({ params, searchParams }: Props) {
  const [{ locale }, query] = await Promise.all([params, searchParams])
  if (!isLocale(locale)) notFound()
  const [state, jar] = await Promise.all([(await caller(locale)).identity.signInState(), cookies()])
  if (state.step !== 'code') redirect(`/${locale}/sign-in`)
  const note = readFormNote(jar.get(formNoteCookie)?.value, query.n)
  const t = texts(locale)
  return (
    <>
      <InlineScript text={somebodySignsIn} />
      <PageTitle note={t('identity.code.sentTo', { phone: state.maskedPhone })}>{t('identity.code.title')}</PageTitle>
      <div className="flex flex-col gap-6">
        <Said demo={state.demoCode && t('identity.code.demo', { code: state.demoCode })} resent={query.sent !== undefined && !note && t('identity.code.resent')} />
        <form method="post" action="/api/auth/form/code" className="flex flex-col gap-6">
          <Hidden locale={locale} next={query.next} />
          <Code locale={locale} note={note} />
          <Button type="submit" kind="main">
            {t('identity.code.enter')}
          </Button>
        </form>
        <form method="post" action="/api/auth/form/resend">
          <Hidden locale={locale} next={query.next} />
          <input type="hidden" name="phone" value={jar.get('uyim-phone')?.value ?? ''} />
          <SendAgain seconds={state.resendAfterSeconds} words={section(locale, 'identity.code') as SendAgainWords} />
        </form>
        <LinkButton kind="quiet" href={`/${locale}/sign-in`}>
          {t('identity.code.otherNumber')}
        </LinkButton>
      </div>
    </>
  )
}

function Code({ locale, note }: { locale: Locale; note: FormNote | null }) {
  const t = texts(locale)
  return <CodeField label={t('identity.code.field')} hint={t('identity.code.careful')} error={note?.message} typed={note?.typed['code'] ?? ''} />
}

function Hidden({ locale, next = '' }: { locale: string; next: string | undefined }) {
  return (
    <>
      <input type="hidden" name="locale" value={locale} />
      <input type="hidden" name="next" value={next} />
    </>
  )
}

function Said({ demo, resent }: { demo: string | null; resent: string | false }) {
  return (
    <>
      {demo && <Notice tone="info">{demo}</Notice>}
      {resent && (
        <Notice tone="good" live="status">
          {resent}
        </Notice>
      )}
    </>
  )
}
