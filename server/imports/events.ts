import 'server-only'

/** A file has been received and waits to be read; payload: batchId. */
export const fileSubmitted = 'imports.fileSubmitted'
/** A person said yes to what was understood; payload: batchId. */
export const batchAccepted = 'imports.batchAccepted'
