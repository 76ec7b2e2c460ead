import { resolve } from 'node:path'
import { z } from 'zod'

const flag = z.enum(['0', '1', 'true', 'false', '']).transform(value => value === '1' || value === 'true')
const text = z.string().trim()

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  DATABASE_URL: text.default(''),
  DATABASE_OWNER_URL: text.default(''),
  /** Set by server/start for its children: the database is the embedded one. */
  UYIM_EMBEDDED: flag.default(false),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: text.default('0.0.0.0'),
  APP_URL: z.string().optional(),
  AUTH_SECRET: text.default(''),
  DATA_DIR: text.default('.data').transform(folder => resolve(folder)),
  DEMO: flag.default(false),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** How many proxies of ours stand before this port; 0 = the socket's own address is the caller's. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(9).default(0),
  /** Opens /api/metrics to callers who are not on this machine or its private network. */
  METRICS_TOKEN: text.default(''),
  /** Requests to screens that may be under way at once; more are answered 503. */
  PAGES_AT_ONCE: z.coerce.number().int().min(1).default(120),
  DATABASE_POOL: z.coerce.number().int().min(1).max(500).default(16),
  SMS_UZ: z.enum(['demo', 'eskiz', 'none']).optional(),
  SMS_KZ: z.enum(['demo', 'smsc', 'mobizon', 'none']).optional(),
  ESKIZ_EMAIL: text.default(''),
  ESKIZ_PASSWORD: text.default(''),
  /** The sender's name or short number that the gateway gave. */
  ESKIZ_FROM: text.default('4546'),
  SMSC_LOGIN: text.default(''),
  SMSC_PASSWORD: text.default(''),
  SMSC_SENDER: text.default(''),
  MOBIZON_KEY: text.default(''),
  MOBIZON_FROM: text.default(''),
})

export type Env = Omit<z.infer<typeof schema>, 'APP_URL'> & { APP_URL: string }

const privateHost = /^(localhost|.*[.]localhost|127[.]\d+[.]\d+[.]\d+|\[::1\]|10[.]\d+[.]\d+[.]\d+|192[.]168[.]\d+[.]\d+|172[.](1[6-9]|2\d|3[01])[.]\d+[.]\d+|169[.]254[.]\d+[.]\d+|\[f[cd][0-9a-f:]+\])$/i

/** Settled 22: visible codes exist only on the embedded database behind a loopback or private address. */
export function demoRefusal(appUrl: string, embedded: boolean): string | null {
  if (!embedded) return 'DEMO=1 works only with the embedded database: unset DATABASE_URL, or set DEMO=0.'
  if (!privateHost.test(new URL(appUrl).hostname)) return `DEMO=1 shows one-time codes to everybody and is refused on the public address ${appUrl}: set DEMO=0.`
  return null
}

function appUrlOf(value: string | undefined, port: number): string {
  const url = new URL(value === undefined || value === '' ? `http://localhost:${port}` : value)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('not http')
  return url.origin
}

/** The settings, or an error whose message is one sentence naming the setting. */
export function readEnv(source: Record<string, string | undefined>): Env {
  const parsed = schema.safeParse(source)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new Error(`The setting ${issue?.path.join('.') ?? ''} is wrong: ${issue?.message ?? ''}`)
  }
  let appUrl
  try {
    appUrl = appUrlOf(parsed.data.APP_URL, parsed.data.PORT)
  } catch {
    throw new Error(`The setting APP_URL is wrong: '${parsed.data.APP_URL}' is not an http address.`)
  }
  const refusal = parsed.data.DEMO ? demoRefusal(appUrl, parsed.data.UYIM_EMBEDDED) : null
  if (refusal) throw new Error(refusal)
  return withNeeded({ ...parsed.data, APP_URL: appUrl })
}

/** A build has no database and no secret: what is missing is said when it is asked for. */
function withNeeded(values: Env): Env {
  const needed = (name: 'DATABASE_URL' | 'AUTH_SECRET', least: number): string => {
    const value = values[name]
    if (value.length < least) throw new Error(`The setting ${name} is missing or shorter than ${least} characters; \`npm start\` makes it for the embedded database.`)
    return value
  }
  return Object.defineProperties({ ...values }, {
    DATABASE_URL: { enumerable: false, get: () => needed('DATABASE_URL', 1) },
    AUTH_SECRET: { enumerable: false, get: () => needed('AUTH_SECRET', 32) },
  })
}
