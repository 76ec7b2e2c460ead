import 'server-only'
import { createECDH, createHash, createPrivateKey, sign, type JsonWebKeyInput } from 'node:crypto'
import { hmac } from '#server/infra/crypto.ts'
import { slot } from '#server/infra/slot.ts'
import type { ProofKey } from './rules.ts'

type Pair = { key: ProofKey; secret: JsonWebKeyInput }

/** The installation's own pair, derived from its secret: the same on every machine, nothing to keep. */
function pair(): Pair {
  return slot('payments.proof', () => {
    const curve = createECDH('prime256v1')
    const secret = Buffer.from(hmac('proof of payments', 'P-256'), 'hex')
    curve.setPrivateKey(secret)
    const point = curve.getPublicKey()
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
    const id = createHash('sha256').update(point).digest('base64url').slice(0, 6)
    return { key: { id, x, y }, secret: { key: { kty: 'EC', crv: 'P-256', x, y, d: secret.toString('base64url') }, format: 'jwk' } }
  })
}

export function proofKey(): ProofKey {
  return pair().key
}

/** `<key>.<text in base64url>.<signature in base64url>`: what stands behind # in the QR code, so that no server reads it. */
export function signProof(text: string): string {
  const { key, secret } = pair()
  const said = Buffer.from(text).toString('base64url')
  const signature = sign('sha256', Buffer.from(said), { key: createPrivateKey(secret), dsaEncoding: 'ieee-p1363' })
  return `${key.id}.${said}.${signature.toString('base64url')}`
}
