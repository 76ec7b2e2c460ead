import { PublicFacts, PublicPage } from './public-page.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import type { Locale } from '#server/kernel/format.ts'
import type { ProofKey } from '#server/payments/proof/rules.ts'

type Texts = (key: string, params?: Record<string, unknown>) => string
type Props = { locale: Locale; t: Texts; proofKey: ProofKey }

/**
 * Checks a proof of payments on the phone of whoever scanned it. What stands behind # never reaches a server; the page and
 * its script are kept, so that the next check needs no network. Every answer is written here and shown by the script.
 */
export function ProofPage({ locale, t, proofKey }: Props) {
  return (
    <PublicPage locale={locale} title={t('payments.proof.check.title')} country={null} brand={t('common.brand')} languageWord={t('common.shell.language')}>
      <h1 className="text-title font-semibold">{t('payments.proof.check.title')}</h1>
      <div id="proof" data-key={JSON.stringify(proofKey)} aria-live="polite" className="flex flex-col gap-4">
        <div data-answer="empty"><Notice tone="care" title={t('payments.proof.check.empty')}>{t('payments.proof.check.emptyNote')}</Notice></div>
        <div data-answer="good" hidden><Notice tone="good" title={t('payments.proof.check.good')}>{t('payments.proof.check.goodNote')}</Notice></div>
        <div data-answer="expired" hidden><Notice tone="care" title={t('payments.proof.check.expired')}>{t('payments.proof.check.expiredNote')}</Notice></div>
        <div data-answer="bad" hidden><Notice tone="danger" title={t('payments.proof.check.bad')}>{t('payments.proof.check.badNote')}</Notice></div>
        <div data-answer="old" hidden><Notice tone="care" title={t('payments.proof.check.old')}>{t('payments.proof.check.oldNote')}</Notice></div>
        <div data-facts hidden>
          <PublicFacts facts={[
            { term: t('payments.proof.house'), value: <span data-fact="house" /> }, { term: t('payments.proof.unit'), value: <span data-fact="unit" /> },
            { term: t('payments.proof.account'), value: <span data-fact="number" /> }, { term: t('payments.proof.madeAt'), value: <span data-fact="madeAt" /> },
            { term: t('payments.proof.validUntil'), value: <span data-fact="validUntil" /> }]} />
        </div>
      </div>
      <script src="/offline/proof.js" defer />
    </PublicPage>
  )
}
