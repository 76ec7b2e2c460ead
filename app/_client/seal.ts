import { fromWire, toWire, type Wire } from './wire.ts'

export type Sealed = { iv: Uint8Array<ArrayBuffer>; bytes: ArrayBuffer }

/** 32 bytes from the server become a key that scripts can use and never read. */
export function importKey(base64url: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytesOf(base64url), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** `about` is bound into the seal: a record moved under another name or person does not open. */
export async function seal(key: CryptoKey, about: string, value: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const text = new TextEncoder().encode(JSON.stringify(toWire(value)))
  return { iv, bytes: await crypto.subtle.encrypt(parameters(iv, about), key, text) }
}

/** Null when the key is another person's, or the record was touched. */
export async function unseal(key: CryptoKey, about: string, sealed: Sealed): Promise<unknown> {
  try {
    const text = await crypto.subtle.decrypt(parameters(sealed.iv, about), key, sealed.bytes)
    const wire: Wire = JSON.parse(new TextDecoder().decode(text))
    return fromWire(wire)
  } catch {
    return null
  }
}

function parameters(iv: Uint8Array<ArrayBuffer>, about: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(about) }
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0))
}
