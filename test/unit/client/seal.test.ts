import { describe, expect, it } from 'vitest'
import { importKey, seal, unseal } from '#app/_client/seal.ts'

const anna = Buffer.alloc(32, 1).toString('base64url')
const botir = Buffer.alloc(32, 2).toString('base64url')

describe('the seal', () => {
  it('opens for the same person in another session', async () => {
    const sealed = await seal(await importKey(anna), 'anna:meters.submitReading:1', { value: '00482', amount: 5n })
    expect(await unseal(await importKey(anna), 'anna:meters.submitReading:1', sealed)).toEqual({ value: '00482', amount: 5n })
  })

  it('stays closed for another person, under another name, and after a change', async () => {
    const key = await importKey(anna)
    const sealed = await seal(key, 'anna:x:1', { value: '00482' })
    expect(await unseal(await importKey(botir), 'anna:x:1', sealed)).toBeNull()
    expect(await unseal(key, 'anna:x:2', sealed)).toBeNull()
    new Uint8Array(sealed.bytes)[0]! ^= 1
    expect(await unseal(key, 'anna:x:1', sealed)).toBeNull()
  })

  it('gives a key that scripts cannot read out', async () => {
    await expect(crypto.subtle.exportKey('raw', await importKey(anna))).rejects.toThrow()
  })
})
