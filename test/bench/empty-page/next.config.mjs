import { join } from 'node:path'

/** The empty page everything is measured against (settled 27): the same Next, nothing of ours. */
export default { poweredByHeader: false, turbopack: { root: join(import.meta.dirname, '../../..') } }
