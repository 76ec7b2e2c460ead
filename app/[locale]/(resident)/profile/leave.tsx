'use client'

import type { ReactNode } from 'react'
import { SignOut } from '#app/_client/sign-out.tsx'
import type { Locale } from '#server/kernel/format.ts'

type Props = { locale: Locale; children: ReactNode; words: { outbox: Readonly<Record<string, unknown>>; signOut: string; cancel: string } }

/** Forgets what this phone knows, then ends the session by the plain form that also takes the cookies away. */
export function Leave({ locale, children, words }: Props) {
  const leave = async () => {
    await import('#app/_client/person.ts').then((person) => person.forgetPerson()).catch(() => undefined)
    const form = document.createElement('form')
    form.method = 'post'
    form.action = '/api/auth/form/sign-out'
    const field = document.createElement('input')
    field.type = 'hidden'
    field.name = 'locale'
    field.value = locale
    form.append(field)
    document.body.append(form)
    form.submit()
  }
  return (
    <SignOut locale={locale} words={words} onSignOut={leave}>
      {children}
    </SignOut>
  )
}
