import type { OutputOf } from '#app/_client/trpc.ts'
import { languages } from '#app/_ui/locale.ts'
import { sumToType } from '#app/_parts/ledger/typed-sum.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatMoney, type Locale } from '#server/kernel/format.ts'
import type { KeepField } from './keep-form.tsx'
import { neededToStart, titleFor } from '#server/repairs/rules.ts'
import type { ActName } from './performers.ts'

type Desk = OutputOf<'repairs.programme'>
export type Form = { act: ActName; id: string; title: string; note?: string; fields: KeepField[] }
type Facts = { desk: Desk; today: string; locale: Locale }
type Words = Facts & { t: Texts; field: (name: string, kind: KeepField['kind'], more?: Partial<KeepField>) => KeepField; form: (act: ActName, fields: KeepField[], more?: { id?: string; about?: string; note?: string }) => Form }

/** What can be done with a programme where it stands now. */
export function formsOf(facts: Facts): Form[] {
  const t = texts(facts.locale)
  const words: Words = {
    ...facts, t,
    field: (name, kind, more = {}) => ({ name, kind, label: t(`repairs.keep.fields.${name}`), ...more }),
    form: (act, fields, { id = '', about, note } = {}) => ({ act, id, title: t(`repairs.keep.acts.${act}`) + (about === undefined ? '' : `: ${about}`), fields, ...(note === undefined ? {} : { note }) }),
  }
  return [...refundForms(words), ...estimateForms(words), ...planForms(words), ...workForms(words), ...stateForms(words)]
}

function refundForms({ desk, locale, t, field, form }: Words): Form[] {
  const unit = (each: { unitKind: string; unitNumber: string }) => t(`identity.unit.${each.unitKind}`, { number: each.unitNumber })
  const money = (amount: bigint) => formatMoney(amount, desk.currency, locale)
  const waiting = desk.refunds.filter(each => each.approved === null)
  const hidden = (refundId: string) => field('refund', 'hidden', { value: refundId })
  const asked = (premisesId: string) => waiting.reduce((sum, each) => (each.premisesId === premisesId ? sum + each.amount : sum), 0n)
  const owed = desk.shares.map(each => ({ ...each, rest: each.refundable - asked(each.premisesId) })).filter(each => each.rest > 0n)
  return [
    ...waiting.flatMap(each => {
      const told = { id: each.refundId, about: `${unit(each)}, ${money(each.amount)}`, note: each.application }
      return [
        ...(each.mine ? [] : [form('approveRefund', [hidden(each.refundId), field('ground', 'text', { hint: t('repairs.keep.bankOrder') })], told)]),
        form('declineRefund', [hidden(each.refundId), field('ground', 'text')], each.mine ? { ...told, note: `${told.note}. ${t('errors.repairs.fourEyes')}` } : told),
      ]
    }),
    ...(owed.length === 0 ? [] : [form('refund', [
      field('premises', 'select', { options: owed.map(each => ({ value: each.premisesId, label: `${unit(each)}: ${money(each.rest)}` })) }),
      // The sum of one payer is not offered for another.
      field('amount', 'sum', owed.length === 1 ? { value: sumToType(owed[0]?.rest ?? 0n) } : {}), field('ground', 'text', { hint: t('repairs.keep.application') }),
    ])]),
  ]
}

function estimateForms({ desk, today, t, field, form }: Words): Form[] {
  const open = desk.estimates.at(-1)
  const may = ['DRAFT', 'ESTIMATED', 'COLLECTING', 'IN_WORK', 'DONE'].includes(desk.state)
  return [
    ...(may && open && open.approvedAt === null ? [form('approve', [field('version', 'hidden', { value: String(open.version) }), field('number', 'text'), field('on', 'date', { value: today }),
      field('instalments', 'number', { value: '12' }), field('due', 'date'), field('startPercent', 'text', { optional: true, hint: t('repairs.keep.startHint') })])] : []),
    ...(may ? [form('estimate', [field('lines', 'rows', { hint: t('repairs.keep.linesHint') }), field('vat', 'sum', { value: '12' })])] : []),
  ]
}

type Stage = Desk['stages'][number]
const stagesToPick = (stages: readonly Stage[], { t, locale }: Words) => stages.map(each => ({ value: each.stageId, label: `${t('repairs.works.stage', { n: each.n })} ${titleFor(each.title, locale).text}` }))

/** Stages are planned, and withdrawn while nothing was done in them, until works are done. */
function planForms(words: Words): Form[] {
  const { desk, t, locale, field, form } = words
  if (desk.state !== 'COLLECTING' && desk.state !== 'IN_WORK') return []
  const bare = desk.stages.filter(each => each.withdrawn === null && each.completedOn === null && each.acts.every(act => act.withdrawn !== null))
  return [
    form('stage', [field('title', 'text'), ...languages.filter(each => each.locale !== locale).map(each => field(each.locale, 'text', { label: t('repairs.keep.titleIn', { language: each.name }), optional: true })), field('plan', 'sum'), field('due', 'date', { optional: true })]),
    ...(bare.length > 0 ? [form('withdrawStage', [field('stage', 'select', { options: stagesToPick(bare, words) }), field('ground', 'text')])] : []),
  ]
}

function workForms(words: Words): Form[] {
  const { desk, today, t, field, form } = words
  const known = desk.stages.filter(each => each.withdrawn === null)
  const stages = stagesToPick(known, words)
  const open = stagesToPick(known.filter(each => each.completedOn === null), words)
  const acts = desk.stages.flatMap(each => each.acts).filter(each => each.withdrawn === null)
  const working = desk.state === 'IN_WORK'
  const spending = (working || desk.state === 'DONE') && stages.length > 0
  return [
    ...(spending ? [form('act', [
      field('stage', 'select', { options: stages }), field('kind', 'select', { options: [{ value: 'ACT', label: t('repairs.keep.kindAct') }, { value: 'INVOICE', label: t('repairs.keep.kindInvoice') }] }),
      field('number', 'text'), field('on', 'date', { value: today }), field('contractor', 'text'), field('what', 'text'), field('amount', 'sum'), field('owners', 'sum', { hint: t('repairs.keep.ownersHint') }), field('scans', 'files'),
    ])] : []),
    ...(working && open.length > 0 ? [form('close', [field('stage', 'select', { options: open }), field('on', 'date', { value: today }), field('number', 'text'), field('photos', 'files')])] : []),
    ...(spending && acts.length > 0 ? [form('withdraw', [field('act', 'select', { options: acts.map(each => ({ value: each.actId, label: `${each.number}, ${each.contractor}` })) }), field('ground', 'text')])] : []),
  ]
}

const steps: Partial<Record<string, readonly ('start' | 'finish' | 'reconcile' | 'cancel')[]>> = { DRAFT: ['cancel'], ESTIMATED: ['cancel'], COLLECTING: ['start', 'cancel'], IN_WORK: ['finish'], DONE: ['reconcile'] }

function stateForms({ desk, t, today, locale, field, form }: Words): Form[] {
  const ground = field('ground', 'text', { hint: t('repairs.keep.groundHint') })
  return (steps[desk.state] ?? []).map(act => {
    if (act !== 'start') return form(act, [ground], act === 'cancel' ? { note: t('repairs.keep.cancelNote') } : {})
    const voted = desk.estimates.find(each => each.version === desk.approvedVersion)
    const told = (amount: bigint) => formatMoney(amount, desk.currency, locale)
    const note = t('repairs.keep.startNote', { needed: told(neededToStart(voted?.ownersTotal ?? 0n, voted?.startPercent ?? '0')), held: told(desk.money.held - desk.money.refundable) })
    return form(act, [field('contract', 'text'), field('on', 'date', { value: today }), field('contractor', 'text'), ground], { note })
  })
}
