import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { WrongButton } from '#app/_parts/billing/wrong-button.tsx'
import { requestOf, wrongWords } from '#app/_parts/billing/wrong-words.ts'
import { Card } from '#app/_ui/card.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { inputsInWords, type Input } from '#server/billing/inputs/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { formatPeriod, isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string; number: string; period: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('inputs.title') } : {}
}

/** People, area, privileges, meters behind a bill; each with one button for who sees that it is wrong. */
export default async function InputsScreen({ params }: Props) {
  const { locale, number, period } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const page = await billOrNothing(() => api.billing.inputs({ number, period }))
  if (page === 'stranger') redirect(`/${locale}/sign-in?next=/${locale}/bills/${number}/${period}/inputs`)
  if (page === null) notFound()
  const t = texts(locale)
  const inputs = inputsInWords(page.facts, t)
  const show = (input: Input) => (
    <Card key={input.subject} title={input.title}>
      <p className="figures text-title break-words">{input.value}</p>
      {input.notes.map(note => <p key={note} className="text-small break-words text-note">{note}</p>)}
      <WrongButton number={number} period={period} kind="INPUT" subject={input.subject} disputed={requestOf(page, 'INPUT', input.subject)} {...wrongWords(page, locale, t('inputs.wrong'))} />
    </Card>
  )
  return (
    <div className="flex flex-col gap-5">
      <PageTitle back={{ href: `/${locale}/bills/${number}/${period}`, word: t('inputs.back') }} note={t('inputs.note', { period: formatPeriod(period, locale) })}>{t('inputs.title')}</PageTitle>
      {inputs.filter(input => !input.ofHouse).map(show)}
      {inputs.some(input => input.ofHouse) && <h2 className="text-title font-semibold">{t('inputs.house')}</h2>}
      {inputs.filter(input => input.ofHouse).map(show)}
    </div>
  )
}
