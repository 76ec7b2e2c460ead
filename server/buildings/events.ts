import 'server-only'

/** A house entered the register; payload: name. */
export const buildingRegistered = 'buildings.registered'
/** Fields of the passport changed; payload: fields. */
export const buildingCorrected = 'buildings.corrected'
