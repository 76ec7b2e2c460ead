type CodeCredential = Credential & { code: string }

/**
 * Chrome on Android reads the code out of our SMS (its last line is '@host #123456') and asks the person.
 * Null where it cannot; the field also has autocomplete="one-time-code". Abort when the form goes away.
 */
export async function awaitCode(signal: AbortSignal): Promise<string | null> {
  if (!('OTPCredential' in window)) return null
  const options = { otp: { transport: ['sms'] }, signal }
  try {
    const credential = await navigator.credentials.get(options)
    return isCode(credential) ? credential.code : null
  } catch {
    return null
  }
}

function isCode(credential: Credential | null): credential is CodeCredential {
  return credential !== null && 'code' in credential && typeof credential.code === 'string'
}
