import { PublicFacts, PublicPage } from '#app/_parts/documents/public-page.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatCode } from '#server/documents/rules.ts'
import type { DocumentCheck } from '#server/documents/schema.ts'
import { formatLongDate, type Locale } from '#server/kernel/format.ts'

type Texts = (key: string, params?: Record<string, unknown>) => string
type Props = { locale: Locale; t: Texts; typed: string; found: DocumentCheck | null }

/** Is this paper ours, and still valid? What stands here is compared with the paper by the reader. */
export function CheckPage({ locale, t, typed, found }: Props) {
  return (
    <PublicPage locale={locale} title={t('documents.check.title')} country={found?.country ?? null} brand={t('common.brand')} languageWord={t('common.shell.language')}>
      <h1 className="text-title font-semibold">{t('documents.check.title')}</h1>
      <Verdict locale={locale} t={t} found={found} />
      {found && (
        <PublicFacts facts={[
          { term: t('documents.check.kind'), value: t(`documents.kinds.${found.kind}`) },
          ...(found.number ? [{ term: t('documents.check.number'), value: found.number }] : []),
          { term: t('documents.check.issuedOn'), value: formatLongDate(found.issuedOn, locale) },
          { term: t('documents.check.house'), value: <>{found.houseName}<br />{{ uz: found.addressUz, kk: found.addressKk, ru: found.addressRu }[locale]}</> },
          { term: t('documents.check.code'), value: formatCode(found.code) },
          { term: t('documents.check.fingerprint'), value: <span className="text-small break-all">{found.sha256}</span> },
        ]} />
      )}
      <CodeForm t={t} typed={found ? '' : typed} locale={locale} />
    </PublicPage>
  )
}

function Verdict({ locale, t, found }: Pick<Props, 'locale' | 't' | 'found'>) {
  if (!found) return <Notice tone="care" title={t('documents.check.unknown')}>{t('documents.check.unknownNote')}</Notice>
  if (found.withdrawnOn !== null) {
    return (
      <Notice tone="danger" title={t('documents.check.withdrawn')}>
        <p>{t('documents.check.withdrawnNote', { date: formatLongDate(found.withdrawnOn, locale), reason: found.withdrawnReason ?? '' })}</p>
        {found.replacedBy !== null && <p>{t('documents.check.replacedBy', { number: found.replacedBy })}</p>}
      </Notice>
    )
  }
  return <Notice tone="good" title={t('documents.check.valid')}>{t('documents.check.validNote')}</Notice>
}

/** Typing the code from a paper, without a camera and without a script. */
function CodeForm({ t, typed, locale }: { t: Texts; typed: string; locale: Locale }) {
  return (
    <form method="get" action="/v" className="flex flex-col gap-2">
      <input type="hidden" name="lang" value={locale} />
      <label htmlFor="code" className="font-medium">{t('documents.check.enter')}</label>
      <input id="code" name="code" defaultValue={typed} maxLength={20} autoComplete="off" autoCapitalize="characters" spellCheck={false}
        className="figures min-h-12 w-full rounded-field border border-note bg-surface px-3 text-ink" />
      <button type="submit" className="inline-flex min-h-12 w-full items-center justify-center rounded-card border border-note bg-surface px-5 py-2 font-medium text-act">{t('documents.check.act')}</button>
    </form>
  )
}

/** The page on which nothing has been typed yet. */
export function CheckForm({ locale, t }: Pick<Props, 'locale' | 't'>) {
  return (
    <PublicPage locale={locale} title={t('documents.check.title')} country={null} brand={t('common.brand')} languageWord={t('common.shell.language')}>
      <h1 className="text-title font-semibold">{t('documents.check.title')}</h1>
      <CodeForm t={t} typed="" locale={locale} />
    </PublicPage>
  )
}
