import 'server-only'

/** Payload: premisesId, on, left (ids of owners who own no share any more), came. */
export const ownershipTransferred = 'premises.ownershipTransferred'
/** Payload: premisesId, accountId, number. */
export const accountOpened = 'premises.accountOpened'
