import { notFound, redirect } from 'next/navigation'
import type { Locale } from '#server/kernel/format.ts'

/** What the procedure refuses becomes the page that says so: nothing here, or sign in first and come back. */
export async function orElsewhere<T>(read: Promise<T>, { locale, path }: { locale: Locale; path: string }): Promise<T> {
  try {
    return await read
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null
    if (code === 'UNAUTHORIZED') redirect(`/${locale}/sign-in?next=/${locale}${path}`)
    if (code === 'NOT_FOUND' || code === 'BAD_REQUEST') notFound()
    throw error
  }
}
