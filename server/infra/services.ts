import { createHash, createHmac } from 'node:crypto'

/** The machine actors (settled 3): each has its own session with named rights; `seed` only where DEMO is on. */
export const serviceNames = ['payments', 'billing', 'worker', 'imports', 'sign-in', 'public', 'meetings', 'reference', 'seed'] as const
export type ServiceName = (typeof serviceNames)[number]

/** The secret of a machine actor's session, derived so that it is stored nowhere. */
export function serviceSecret(authSecret: string, service: ServiceName): string {
  return createHmac('sha256', authSecret).update(`service-session:${service}`).digest('hex')
}

/** Statement and values by which the owner registers the machine actors after migrating. */
export function registerServicesQuery(authSecret: string, demo: boolean): { text: string; values: unknown[] } {
  const names = serviceNames.filter(name => demo || name !== 'seed')
  return {
    text: `with gone as (delete from auth.sessions where kind = 'SERVICE' and session_hash <> all($2::bytea[]))
      insert into auth.sessions (session_hash, kind, service, expires_at, idle_seconds)
      select h, 'SERVICE', n, 'infinity', 2147483647 from unnest($1::text[], $2::bytea[]) x(n, h)
      on conflict (session_hash) do nothing`,
    values: [names, names.map(name => createHash('sha256').update(serviceSecret(authSecret, name)).digest())],
  }
}
