import 'server-only'
import { readEnv, type Env } from '#server/infra/settings.ts'

/** The settings of this process; the only reader of process.env in the product (server/start prepares it). */
export const env: Env = readEnv(process.env)
