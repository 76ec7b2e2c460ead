import { call, CallError } from '#app/_client/trpc.ts'
import { scanOf } from '#app/_client/scan.ts'
import { languages } from '#app/_ui/locale.ts'
import { typedSum } from '#app/_parts/ledger/typed-sum.ts'
import { newId } from '#server/kernel/ids.ts'
import { parseDecimal } from '#server/kernel/quantity.ts'
import { readLines } from './read-lines.ts'

/** Seen by the form itself, which has the words for it. */
class Mistyped extends CallError {
  constructor(row?: number) {
    super('', { kind: 'MISTYPED', code: '', ...(row === undefined ? {} : { params: { row } }) })
  }
}

/** What stands in a form, read the way the procedure wants it. */
export type Filled = { key: { buildingId: string; programmeId: string }; id: string; text: (name: string) => string; files: (name: string) => File[]; tooLarge: string }

const sum = (filled: Filled, name: string): bigint => {
  const amount = typedSum(filled.text(name))
  if (amount === null) throw new Mistyped()
  return amount
}
const sumOrNone = (filled: Filled, name: string): bigint => (/^0*([.,]0{1,2})?$/.test(filled.text(name)) ? 0n : sum(filled, name))
const scans = (filled: Filled, name: string) => Promise.all(filled.files(name).map(file => scanOf(file, filled.tooLarge)))

function linesOf(text: string) {
  const { lines, wrong } = readLines(text)
  if (wrong !== null) throw new Mistyped(wrong)
  return lines
}

/** The title in other languages, where it was typed. */
const titlesOf = (filled: Filled) => Object.fromEntries(languages.map(({ locale }) => [locale, filled.text(locale)] as const).filter(([, text]) => text !== ''))

/** A percent as people write it: with a comma or a point. */
const percentOf = (text: string): string => {
  const percent = parseDecimal(text)
  if (percent === null) throw new Mistyped()
  return percent
}

export const performers = {
  estimate: f => call('repairs.registerEstimate', { ...f.key, vatPercent: f.text('vat') === '' ? '0' : percentOf(f.text('vat')), lines: linesOf(f.text('lines')) }),
  approve: f => call('repairs.approveEstimate', { ...f.key, version: Number(f.text('version')), decisionNumber: f.text('number'), decisionOn: f.text('on'), instalments: Number(f.text('instalments')), firstDueOn: f.text('due'),
    ...(f.text('startPercent') === '' ? {} : { startPercent: percentOf(f.text('startPercent')) }) }),
  start: f => call('repairs.moveProgramme', { ...f.key, event: 'startWork', ground: f.text('ground'), contract: { number: f.text('contract'), datedOn: f.text('on'), contractor: f.text('contractor') } }),
  finish: f => call('repairs.moveProgramme', { ...f.key, event: 'finishWork', ground: f.text('ground') }),
  cancel: f => call('repairs.cancelProgramme', { ...f.key, ground: f.text('ground') }),
  reconcile: f => call('repairs.reconcileProgramme', { ...f.key, ground: f.text('ground') }),
  stage: f => call('repairs.registerStage', { ...f.key, stageId: f.id, title: f.text('title'), titles: titlesOf(f), plan: sum(f, 'plan'), dueOn: f.text('due') || null }),
  act: async f => call('repairs.registerAct', { ...f.key, actId: f.id, stageId: f.text('stage'), kind: f.text('kind') === 'INVOICE' ? 'INVOICE' : 'ACT', number: f.text('number'), datedOn: f.text('on'),
    contractor: f.text('contractor'), what: f.text('what'), amount: sum(f, 'amount'), ownersAmount: sumOrNone(f, 'owners'), scans: await scans(f, 'scans') }),
  withdraw: f => call('repairs.withdrawAct', { ...f.key, actId: f.text('act'), ground: f.text('ground') }),
  withdrawStage: f => call('repairs.withdrawStage', { ...f.key, stageId: f.text('stage'), ground: f.text('ground') }),
  close: async f => call('repairs.closeStage', { ...f.key, stageId: f.text('stage'), completedOn: f.text('on'), act: f.text('number'), photos: await scans(f, 'photos') }),
  refund: f => call('repairs.requestRefund', { ...f.key, refundId: f.id, premisesId: f.text('premises'), amount: sum(f, 'amount'), application: f.text('ground') }),
  approveRefund: f => call('repairs.approveRefund', { buildingId: f.key.buildingId, refundId: f.text('refund'), ground: f.text('ground') }),
  declineRefund: f => call('repairs.declineRefund', { buildingId: f.key.buildingId, refundId: f.text('refund'), ground: f.text('ground') }),
} satisfies Record<string, (filled: Filled) => Promise<unknown>>

export type ActName = keyof typeof performers

export const nextId = () => newId()
