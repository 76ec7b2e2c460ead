import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { SignOffForm, type SignOffWords } from './sign-off-form.tsx'
import type { SendWords } from '#app/_parts/meetings/send-paper.ts'
import { fractionText } from '#app/_parts/meetings/weights.ts'
import { Card } from '#app/_ui/card.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { inLanguage, type Threshold, type VotingRule } from '#server/meetings/rules.ts'

type Props = { params: Promise<{ locale: string }> }
type Api = Awaited<ReturnType<typeof caller>>
type SignOffs = Awaited<ReturnType<Api['meetings']['listSignOffs']>>
type Part = { t: Texts; locale: Locale }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meetings.signOffs.title') } : {}
}

/** By which rules our houses vote, which of them a lawyer has compared with the law, and the lawyers' words on record (settled 15). */
export default async function StaffMeetingsPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/meetings`)
  const t = texts(locale)
  const view = await api.meetings.listSignOffs().catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'FORBIDDEN') return null
    throw error
  })
  if (view === null) return <PageTitle note={t('meetings.signOffs.forManager')}>{t('meetings.signOffs.title')}</PageTitle>
  return (
    <div className="flex flex-col gap-6">
      <PageTitle note={t('meetings.signOffs.note')}>{t('meetings.signOffs.title')}</PageTitle>
      <Recording {...{ t, locale, view }} />
      <Recorded {...{ t, locale, view }} />
      {view.laws.map(law => <Law key={law.country} {...{ t, locale, law }} />)}
    </div>
  )
}

function nameOf({ t, locale }: Part, meeting: SignOffs['meetings'][number]): string {
  const line = t('meetings.signOffs.meetingLine', { house: meeting.house, number: meeting.number, title: inLanguage(meeting.title, locale) })
  return meeting.open && !meeting.waits ? t('meetings.signOffs.corrects', { meeting: line }) : line
}

function Recording({ t, locale, view }: Part & { view: SignOffs }) {
  const open = view.meetings.filter(meeting => meeting.open)
  return (
    <Card title={t('meetings.signOffs.record')} note={t('meetings.signOffs.recordNote')}>
      {open.length === 0 ? <p className="text-note">{t('meetings.signOffs.noneWaiting')}</p> : (
        <SignOffForm
          meetings={open.map(meeting => ({ meetingId: meeting.meetingId, buildingId: meeting.buildingId, label: nameOf({ t, locale }, meeting) }))}
          today={view.today}
          words={section(locale, 'meetings.signOffs') as SignOffWords}
          refusals={section(locale, 'meetings.papers') as SendWords}
        />
      )}
    </Card>
  )
}

function Recorded({ t, locale, view }: Part & { view: SignOffs }) {
  const columns = ['meeting', 'state', 'lawyer', 'signedOn', 'document', 'recordedAt'] as const
  return (
    <Table
      caption={t('meetings.signOffs.list')}
      empty={t('meetings.signOffs.none')}
      columns={columns.map(key => ({ key, title: t(`meetings.signOffs.column.${key}`) }))}
      rows={view.meetings.flatMap(meeting => meeting.signOff === null ? [] : [{
        id: meeting.meetingId,
        cells: [
          t('meetings.signOffs.meetingLine', { house: meeting.house, number: meeting.number, title: inLanguage(meeting.title, locale) }), t(`meetings.states.${meeting.state}`),
          meeting.signOff.lawyer, formatDate(meeting.signOff.signedOn), opinion(meeting.buildingId, meeting.signOff), formatDateTime(new Date(meeting.signOff.recordedAt)),
        ],
      }])}
    />
  )
}

function opinion(buildingId: string, { document, paperId }: { document: string; paperId?: string }) {
  if (paperId === undefined) return document
  return <a key="opinion" href={`/api/files/${buildingId}/${paperId}`} target="_blank" rel="noopener">{document}</a>
}

function Law({ t, locale, law: { country, rules } }: Part & { law: SignOffs['laws'][number] }) {
  const columns = ['question', 'who', 'quorum', 'majority', 'weight', 'notice', 'mark', 'source'] as const
  return (
    <Table
      caption={t('meetings.signOffs.laws', { country: t(`meetings.signOffs.${country}`) })}
      columns={columns.map(key => ({ key, title: t(`meetings.signOffs.${key}`) }))}
      rows={rows({ t, locale }, rules)}
    />
  )
}

function rows({ t, locale }: Part, rules: readonly VotingRule[]) {
  const reach = (threshold: Threshold) => t(`meetings.signOffs.${threshold.operator}`, { fraction: fractionText(threshold, locale) })
  return rules.map(rule => ({
    id: rule.ruleId,
    cells: [
      t(`meetings.types.${rule.questionType}`), t(rule.scope === 'house' ? 'meetings.announce.scopeHouse' : 'meetings.announce.scopeParking'),
      t('meetings.signOffs.ALL', { fraction: reach(rule.quorum) }), t(`meetings.signOffs.${rule.majorityBase}`, { fraction: reach(rule.majority) }),
      t(`meetings.signOffs.${rule.weight}`), t('meetings.signOffs.days', { days: rule.noticeDays }),
      <StateMark key="mark" tone={rule.verified ? 'good' : 'care'}>{t(rule.verified ? 'meetings.signOffs.verified' : 'meetings.signOffs.unverified')}</StateMark>,
      <span key="source" className="block min-w-72">{inLanguage(rule.act, locale)}; {inLanguage(rule.source, locale)}</span>,
    ],
  }))
}
