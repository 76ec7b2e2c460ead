import { notFound } from 'next/navigation'
import { Workbench, type DeskWords } from '#app/[locale]/(staff)/staff/_desk/workbench.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

/** The clerk's desk: one search box, the caller's card, and what is done for the caller. Keyboard is enough. */
export default async function DeskPage({ params, searchParams }: { params: Promise<{ locale: string }>; searchParams: Promise<{ q?: string }> }) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const words = { ...section(locale, 'desk'), categories: section(locale, 'requests.categories'), states: section(locale, 'requests.states'),
    places: section(locale, 'requests.places') } as unknown as DeskWords
  return (
    <>
      <PageTitle>{texts(locale)('desk.title')}</PageTitle>
      <Workbench locale={locale} words={words} initial={(await searchParams).q ?? ''} />
    </>
  )
}
