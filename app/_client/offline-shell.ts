// The script of /offline/<locale>.html: what a phone shows when no page can be fetched.
import { buttonLook } from '#app/_ui/button-look.ts'
import { formatDate, formatDateTime, formatMoney, formatPeriod } from '#server/kernel/format.ts'
import { h } from './dom.ts'
import { recallBills, type LastBill } from './last-bill.ts'
import { mountReadingForm, mountRequestForm } from './offline-forms.ts'
import type { OfflineWords } from './offline-words.ts'
import { onOutboxChange, outbox, startOutbox, waitingThings } from './outbox-live.ts'
import { currentPerson } from './person.ts'
import { fill, type WordsRecord } from './words.ts'

const words: OfflineWords = JSON.parse(part('words').textContent ?? '{}')

void show()

async function show(): Promise<void> {
  part('retry').addEventListener('click', () => window.location.reload())
  if (!(await currentPerson())) {
    part('signed-out').hidden = false
    return
  }
  part('signed-in').hidden = false
  openByAddress()
  await showBills()
  startOutbox()
  onOutboxChange(() => void showWaiting())
  await Promise.all([showWaiting(), mountReadingForm(part('reading'), words), mountRequestForm(part('request'), words)])
}

/** The person wanted a screen; the part that answers for it without a network is open. */
function openByAddress(): void {
  const wanted = window.location.pathname.split('/')[2] ?? ''
  const name = { meters: 'reading', requests: 'request' }[wanted]
  const sheet = name ? part(name).closest('details') : null
  if (sheet) sheet.open = true
}

async function showBills(): Promise<void> {
  const held = await recallBills()
  const text = section(words.offline, 'bill')
  if (!held || held.bills.length === 0) {
    part('bill').replaceChildren(h('p', { class: 'text-note' }, word(text, 'nothing')))
    return
  }
  part('bill').replaceChildren(
    ...held.bills.map(billCard),
    h('p', { class: 'text-small text-note' }, `${fill(word(text, 'asOf'), { time: formatDateTime(held.at) })}. ${word(text, 'mayDiffer')}`),
  )
}

function billCard(bill: LastBill): HTMLElement {
  const text = section(words.offline, 'bill')
  return h(
    'div',
    {},
    h('p', { class: 'text-small text-note' }, `${bill.addressLabel} · ${formatPeriod(bill.period, words.locale)}`),
    h('p', { class: 'figures text-sum font-semibold' }, formatMoney(bill.amount, bill.currency, words.locale)),
    h('p', { class: 'text-small' }, fill(word(text, 'due'), { date: formatDate(bill.dueDate) })),
  )
}

async function showWaiting(): Promise<void> {
  const things = await waitingThings()
  const states = section(words.outbox, 'states')
  if (things.length === 0) return part('waiting').replaceChildren(h('p', { class: 'text-note' }, word(words.offline, 'nothingWaiting')))
  const items = things.map((thing) =>
    h(
      'li',
      { class: 'flex flex-col gap-1 py-3' },
      h('span', { class: 'font-medium' }, thing.label),
      h('span', { class: 'text-small text-note' }, `${word(states, thing.state)} · ${whenOf(thing.at, thing.state === 'sent')}`),
      thing.problem && h('span', { class: 'text-small' }, thing.problem.message),
      thing.written && h('span', { class: 'whitespace-pre-line break-words' }, thing.written),
      thing.state !== 'sending' && cancelButton(thing.id, thing.state === 'waiting'),
    ),
  )
  part('waiting').replaceChildren(h('ul', { class: 'divide-y divide-line' }, ...items))
}

function whenOf(at: number, sent: boolean): string {
  const time = formatDateTime(new Date(at))
  return sent ? time : fill(word(words.outbox, 'at'), { time })
}

function cancelButton(id: string, waiting: boolean): HTMLElement {
  const cancel = async () => {
    const outcome = await outbox().cancel(id)
    part('said').textContent = outcome === 'maybeSent' ? word(words.outbox, 'maybeSent') : word(words.outbox, 'cancelled')
  }
  return h('button', { type: 'button', class: `${buttonLook('quiet')} self-start`, onclick: () => void cancel() }, word(words.outbox, waiting ? 'cancel' : 'remove'))
}

function part(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the shell has no ${id}`)
  return element
}

function word(record: WordsRecord, key: string): string {
  const value = record[key]
  return typeof value === 'string' ? value : key
}

function section(record: WordsRecord, key: string): WordsRecord {
  const value = record[key]
  return typeof value === 'object' ? value : {}
}
