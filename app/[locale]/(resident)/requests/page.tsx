import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { KeepOffline } from '#app/_client/keep-offline.tsx'
import { StateWord } from '#app/_parts/requests/state-word.tsx'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { isLocale, type Locale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('requests.list.title') } : {}
}

/** Mine first, then what the house is waiting for. */
export default async function RequestsPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  if (!(await api.identity.me())) redirect(`/${locale}/sign-in?next=/${locale}/requests`)
  const t = texts(locale)
  const [mine, homes, categories] = [await api.requests.listMine(), await api.requests.askingPlaces(), await api.requests.categories()]
  const houses = [...new Map(homes.map(home => [home.buildingId, home.house]))]
  const boards = await Promise.all(houses.map(async ([buildingId, house]) => ({ buildingId, house, rows: (await api.requests.listOfHouse({ buildingId })).filter(row => !row.mine && !row.joinedByMe) })))
  return (
    <>
      <PageTitle>{t('requests.list.title')}</PageTitle>
      <KeepOffline name="request-places" value={{ homes, categories }} />
      <div className="flex flex-col gap-6">
        <section className="flex flex-col gap-2">
          <h2 className="font-semibold">{t('requests.list.mine')}</h2>
          {mine.length === 0 ? <p className="text-note">{t('requests.list.noMine')}</p> : <Rows rows={mine} label={t('requests.list.mine')} locale={locale} t={t} />}
        </section>
        {boards.map(board => (
          <section key={board.buildingId} className="flex flex-col gap-2">
            <h2 className="font-semibold">{t('requests.list.house', { house: board.house })}</h2>
            {board.rows.length === 0 ? <p className="text-note">{t('requests.list.noHouse')}</p> : <Rows rows={board.rows} label={t('requests.list.house', { house: board.house })} locale={locale} t={t} />}
            <p className="text-small text-note">{t('requests.list.privacy')}</p>
          </section>
        ))}
      </div>
      <ActBar>
        <LinkButton kind="main" wide icon="camera" href={`/${locale}/requests/new`}>{t('requests.list.new')}</LinkButton>
      </ActBar>
    </>
  )
}

type Board = Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['requests']['listMine']>>

function Rows({ rows, label, locale, t }: { rows: Board; label: string; locale: Locale; t: Texts }) {
  return (
    <List label={label}>
      {rows.map(row => (
        <Row key={row.requestId} href={`/${locale}/requests/${row.buildingId}/${row.requestId}`} title={t(`requests.categories.${row.category}`)} note={noteOf(row, t)}
          value={<StateWord state={row.state} word={t(`requests.states.${row.state}`)} />} />
      ))}
    </List>
  )
}

function noteOf(row: Board[number], t: Texts): string {
  const place = t(`requests.places.${row.place}`)
  const where = row.entrance === null ? t('requests.list.row', { number: row.number, place }) : t('requests.list.rowEntrance', { number: row.number, place, entrance: row.entrance })
  return row.joined > 0 ? `${where} · ${t('requests.list.joined', { count: row.joined })}` : where
}
