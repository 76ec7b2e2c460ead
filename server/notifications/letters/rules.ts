import type { Param, Params } from '#server/notifications/schema.ts'

/** What one event becomes: a letter in the inbox, and for danger a text message as well. */
export type Letter = {
  template: string
  params: Params
  link: string
  personIds: string[]
  premisesIds: string[] | null
  happenedAt?: string
  sms?: { template: string; params: Record<string, string> }
}

export type Payload = Readonly<Record<string, unknown>>

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
const list = (value: unknown): string[] => (Array.isArray(value) ? value.filter(item => typeof item === 'string') : [])
const words = (value: unknown): Param => {
  const given = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
  return { words: { uz: text(given['uz']), kk: text(given['kk']), ru: text(given['ru']) } }
}

function toPersons(payload: Payload): Pick<Letter, 'personIds' | 'premisesIds'> {
  return { personIds: [...list(payload['personIds']), ...(text(payload['personId']) === '' ? [] : [text(payload['personId'])])], premisesIds: [] }
}

function toFlats(payload: Payload): Pick<Letter, 'personIds' | 'premisesIds'> {
  const premises = text(payload['premisesId'])
  return { ...toPersons(payload), premisesIds: [...list(payload['premisesIds']), ...(premises === '' ? [] : [premises])] }
}

const toHouse = { personIds: [], premisesIds: null } as const

function reading(payload: Payload, template: string): Letter {
  return {
    ...toFlats(payload), template: payload['state'] === 'FLAGGED' ? 'readingFlagged' : template, link: 'meters',
    params: { service: { key: `notifications.services.${text(payload['service'])}` }, serial: text(payload['serial']), shown: text(payload['shown']), period: { period: text(payload['period']) } },
  }
}

function request(payload: Payload, template: string): Letter {
  const flats = toFlats(payload)
  const urgent = payload['emergency'] === true && ['assign', 'answer'].includes(text(payload['event']))
  return {
    // The note and the flats of those who joined are theirs: only persons are written to.
    personIds: flats.personIds, premisesIds: [], template, link: `requests/${text(payload['buildingId'])}/${text(payload['requestId'])}`,
    params: { number: text(payload['number']), due: { day: text(payload['extendedTo']) || text(payload['dueOn']) }, state: { key: `notifications.requestStates.${text(payload['state'])}` }, note: text(payload['note']) },
    ...(urgent ? { sms: { template: 'emergency', params: { number: text(payload['number']) } } } : {}),
  }
}

function meeting(payload: Payload, template: string, more: Params): Letter {
  return { ...toHouse, personIds: [], template, link: `meetings/${text(payload['meetingId'])}`, params: { title: words(payload['title']), number: text(payload['number']), ...more } }
}

function payment(payload: Payload, template: string): Letter {
  return {
    ...toFlats(payload), template, link: 'payments',
    params: { amount: { money: text(payload['amount']) || '0', currency: payload['currency'] === 'UZS' ? 'UZS' : 'KZT' }, number: text(payload['number']) },
  }
}

/** Before the day, on it or after it; of what is late already before the day has come, it is told apart. */
function reminder(payload: Payload): Letter {
  const [late, lateAmount] = [payload['late'] === true, text(payload['lateAmount']) || '0']
  const partLate = !late && lateAmount !== '0'
  const { params, ...letter } = payment(payload, late ? 'debtLate' : partLate ? 'debtPartLate' : 'debtSoon')
  return { ...letter, params: { ...params, due: { day: text(payload['dueOn']) }, ...(partLate ? { late: { money: lateAmount, currency: payload['currency'] === 'UZS' ? 'UZS' : 'KZT' } } : {}) } }
}

function adjustment(payload: Payload, template: string): Letter {
  return { ...payment(payload, template), link: 'house/adjustments', params: { ...payment(payload, template).params, conclusion: text(payload['conclusion']) } }
}

/** Of a repair to the whole house: in the reader's language where its keepers wrote its name in it. */
function repair(payload: Payload, template: string, more: Params = {}): Letter {
  return { ...toHouse, personIds: [], template, link: 'fund', params: { title: words(payload['title']), ...more } }
}

const makers: Readonly<Record<string, (payload: Payload) => Letter | null>> = {
  'meters.readingSubmitted': payload => reading(payload, 'readingSubmitted'),
  'meters.readingCorrected': payload => reading(payload, 'readingCorrected'),
  'requests.requestFiled': payload => request(payload, 'requestFiled'),
  'requests.requestMoved': payload => request(payload, 'requestMoved'),
  'requests.passedToSupplier': payload => request(payload, 'requestPassed'),
  'payments.posted': payload => payment(payload, 'paymentPosted'),
  'payments.reversed': payload => payment(payload, 'paymentReversed'),
  'payments.debtReminder': reminder,
  'ledger.adjustmentAsked': payload => adjustment(payload, 'adjustmentAsked'),
  'ledger.adjustmentDecided': payload => adjustment(payload, payload['allowed'] === true ? 'adjustmentAllowed' : 'adjustmentRefused'),
  'ledger.adjustmentPosted': payload => adjustment(payload, 'adjustmentPosted'),
  'meetings.announced': payload => meeting(payload, 'meetingAnnounced', { opens: { moment: text(payload['opensAt']) }, closes: { moment: text(payload['closesAt']) } }),
  'meetings.opened': payload => meeting(payload, 'meetingOpened', { closes: { moment: text(payload['closesAt']) } }),
  'meetings.counted': payload => meeting(payload, payload['quorum'] === false ? 'meetingNoQuorum' : 'meetingCounted', {}),
  'meetings.cancelled': payload => meeting(payload, 'meetingCancelled', { reason: text(payload['reason']) }),
  'meetings.ballotCast': payload => ({ ...meeting(payload, 'ballotCast', { units: text(payload['units']), at: { moment: text(payload['castAt']) } }), ...toFlats(payload) }),
  'billing.billsIssued': payload => ({ ...toHouse, personIds: [], template: 'billsIssued', link: 'payments', params: { period: { period: text(payload['period']) }, due: { day: text(payload['dueOn']) } } }),
  'billing.billCorrected': payload => {
    const { params, ...made } = payment(payload, 'billCorrected')
    return { ...made, params: { ...params, was: { money: text(payload['was']) || '0', currency: payload['currency'] === 'UZS' ? 'UZS' : 'KZT' }, period: { period: text(payload['period']) }, ground: text(payload['ground']) } }
  },
  'repairs.obligationsIssued': payload => repair(payload, payload['version'] === 1 ? 'repairApproved' : 'repairVersion', { due: { day: text(payload['firstDueOn']) }, version: text(payload['version']) }),
  'repairs.workStarted': payload => repair(payload, 'repairStarted', { contractor: text(payload['contractor']) }),
  'repairs.stageDone': payload => repair(payload, 'repairStage', { stage: words(payload['stage']), act: text(payload['act']) }),
  'repairs.workDone': payload => repair(payload, 'repairDone'),
  'repairs.programmeCancelled': payload => repair(payload, 'repairCancelled'),
  'repairs.refundOrdered': payload => ({ ...payment(payload, 'repairRefund'), link: 'fund', params: { ...payment(payload, '').params, ground: text(payload['ground']) } }),
  'identity.homeLinked': payload => ({ ...toPersons(payload), template: 'homeLinked', link: 'profile', params: { unit: text(payload['unit']), role: { key: `identity.roles.${text(payload['role'])}` } } }),
  'identity.deviceAdded': payload => ({ ...toPersons(payload), template: 'deviceAdded', link: 'profile', params: { device: text(payload['device']) } }),
  'identity.ownerConfirmed': payload => ({ ...toPersons(payload), template: 'ownerConfirmed', link: 'profile', params: { unit: text(payload['unit']) } }),
  'identity.invitationReused': payload => ({ ...toFlats(payload), template: 'invitationReused', link: 'profile', params: { unit: text(payload['unit']) } }),
  'identity.codesStopped': payload => ({
    ...toPersons(payload), template: payload['cause'] === 'MONEY' ? 'codesMoneySpent' : 'codesStopped', link: 'staff',
    params: { scope: payload['cause'] === 'MONEY' ? { key: `notifications.countries.${text(payload['scope'])}` } : text(payload['scope']), minutes: text(payload['minutes']) },
  }),
  'identity.numberOpened': payload => ({ ...toFlats(payload), template: 'numberOpened', link: 'profile', params: { unit: text(payload['unit']) } }),
  'identity.grantEnded': payload => ({ ...toPersons(payload), template: 'grantEnded', link: 'profile', params: { role: { key: `identity.roles.${text(payload['role'])}` }, ground: { key: `notifications.grounds.${text(payload['ground'])}` } } }),
}

export const heardEvents: readonly string[] = Object.keys(makers)

/** The payload of an event with the house in which it happened (`buildingId`). */
export function letterOf(name: string, payload: Payload): Letter | null {
  return makers[name]?.(payload) ?? null
}
