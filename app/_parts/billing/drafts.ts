/** Sent back by the second person, or taken back by the one who drafted: 'tariffs.sentBack' says which and why. */
export const cameBack = (state: string): boolean => state === 'DECLINED' || state === 'TAKEN_BACK'
/** Not in force and never was: it waits, or came back. */
export const isDraft = ({ state }: { readonly state: string }): boolean => state === 'DRAFT' || cameBack(state)
