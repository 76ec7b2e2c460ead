import { headers } from 'next/headers'

/** A few lines that must run before any file of the page has come; the policy knows them by the nonce of this answer. */
export async function InlineScript({ text }: { text: string }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: text }} />
}
