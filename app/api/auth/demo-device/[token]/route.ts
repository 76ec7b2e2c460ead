import { NextResponse } from 'next/server'
import { becomeDemoDevice } from '#server/api/session.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ token: string }> }

/** Demonstration only: opens the older device of a demonstration resident in this browser, where new devices are confirmed. */
export async function GET(request: Request, { params }: Props): Promise<Response> {
  const { token } = await params
  const wanted = new URL(request.url).searchParams.get('locale') ?? ''
  const locale = isLocale(wanted) ? wanted : 'ru'
  const place = (await becomeDemoDevice(token)) ? 'profile' : 'sign-in'
  return new NextResponse(null, { status: 303, headers: { location: `/${locale}/${place}` } })
}
