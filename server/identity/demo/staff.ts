import 'server-only'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generate } from 'otplib'
import { z } from 'zod/mini'
import { env } from '#server/infra/env.ts'

const table = z.object({ people: z.array(z.object({ country: z.string(), name: z.string(), login: z.optional(z.string()), password: z.optional(z.string()), totpSecret: z.optional(z.string()) })) })

export type DemoStaff = { country: string; name: string; login: string; password: string; key: string }

/** Staff of the demonstration with the key of this moment, as an authenticator with the printed secret shows it; outside the demonstration nobody. */
export async function demoStaff(): Promise<DemoStaff[]> {
  if (!env.DEMO) return []
  const said: unknown = await readFile(join(env.DATA_DIR, 'demo.json'), 'utf8').then(JSON.parse, () => null)
  const { data } = table.safeParse(said)
  const people = (data?.people ?? []).flatMap(({ login, password, totpSecret, ...who }) => (login && password && totpSecret ? [{ ...who, login, password, totpSecret }] : []))
  return Promise.all(people.map(async ({ totpSecret, ...person }) => ({ ...person, key: await generate({ secret: totpSecret }) })))
}
