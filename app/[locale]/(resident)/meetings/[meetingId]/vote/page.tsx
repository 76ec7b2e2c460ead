import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { orElsewhere } from '#app/_parts/meetings/guard.ts'
import { PaperLinks } from '#app/_parts/meetings/paper-links.tsx'
import { Card } from '#app/_ui/card.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { SegmentedChoice } from '#app/_ui/segmented-choice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { formatDateTime, isLocale } from '#server/kernel/format.ts'
import { inLanguage } from '#server/meetings/rules.ts'
import { choices } from '#server/meetings/schema.ts'
import { FreezeBallot } from './freeze-ballot.tsx'

type Props = { params: Promise<{ locale: string; meetingId: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meetings.vote.title') } : {}
}

/** Step one: an answer to every question. The form is drawn on the server; only its last button needs a script. */
export default async function VotePage({ params }: Props) {
  const { locale, meetingId } = await params
  if (!isLocale(locale)) notFound()
  const here = `/${locale}/meetings/${meetingId}`
  const view = await orElsewhere((await caller(locale)).meetings.show({ meetingId }), { locale, path: `/meetings/${meetingId}/vote` })
  if (view.standing !== 'MAY_VOTE') redirect(here)
  const t = texts(locale)
  const units = [...new Set(view.seats.filter(seat => !seat.voted).map(seat => seat.premisesId))]
  const words = {
    next: t('meetings.vote.next'), busy: t('meetings.vote.busy'), missing: t('meetings.vote.missing'),
    noNetwork: t('meetings.vote.noNetwork', { moment: formatDateTime(view.meeting.closesAt) }),
  }
  return (
    <>
      <PageTitle back={{ href: here, word: t('meetings.vote.back') }} note={`${t('meetings.vote.step')}. ${t('meetings.vote.pick')}`}>
        {t('meetings.vote.title')}
      </PageTitle>
      <form noValidate className="flex flex-col gap-4">
        {view.agenda.map(item => (
          <Card key={item.itemId}>
            <SegmentedChoice
              legend={`${item.position}. ${inLanguage(item.question, locale)}`}
              name={item.itemId}
              options={choices.map(choice => ({ value: choice, label: t(`meetings.vote.${choice}`) }))}
            />
            {(item.explanation[locale] || item.papers.length > 0) && (
              <div>
                {item.explanation[locale] && <Sheet summary={t('meetings.page.explanation')} flat>{item.explanation[locale]}</Sheet>}
                <PaperLinks t={t} buildingId={view.meeting.buildingId} papers={item.papers} />
              </div>
            )}
          </Card>
        ))}
        <FreezeBallot
          place={{ buildingId: view.meeting.buildingId, meetingId }}
          premisesIds={units}
          itemIds={view.agenda.map(item => item.itemId)}
          confirmHref={`${here}/confirm`}
          words={words}
        />
      </form>
    </>
  )
}
