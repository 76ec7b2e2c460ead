import 'server-only'
import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import type { Locale } from '#server/kernel/format.ts'
import { createCaller } from '#server/api/root.ts'
import { requestScope } from '#server/api/request-scope.ts'

const scopeOf = cache(async (locale?: Locale) => {
  const [jar, head] = await Promise.all([cookies(), headers()])
  return requestScope({ cookie: name => jar.get(name)?.value, header: name => head.get(name), ...(locale ? { locale } : {}) })
})

/** The procedures, called from a server component as the person whose cookies these are. */
export async function caller(locale?: Locale): Promise<ReturnType<typeof createCaller>> {
  return createCaller({ request: await scopeOf(locale) })
}
