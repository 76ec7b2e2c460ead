const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

let lastMillisecond = 0
let counter = 0

/** A UUIDv7 (RFC 9562): sorts by time; within one process each is greater than the one before. */
export function newId(): string {
  const random = globalThis.crypto.getRandomValues(new Uint8Array(10))
  advance(Date.now(), (byteAt(random, 8) << 8) | byteAt(random, 9))
  const variant = (byteAt(random, 0) & 0x3f) | 0x80
  const tail = [variant, ...random.subarray(1, 8)].map(hexByte).join('')
  const time = lastMillisecond.toString(16).padStart(12, '0')
  const sequence = counter.toString(16).padStart(3, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${tail.slice(0, 4)}-${tail.slice(4)}`
}

/** A UUID as PostgreSQL prints it: lower case, with hyphens. */
export function isId(text: string): boolean {
  return idPattern.test(text)
}

/** The check digit to append to `digits` (Luhn, as on bank cards). */
export function luhnDigit(digits: string): string {
  if (!/^\d+$/.test(digits)) throw new TypeError('Luhn needs digits only')
  let sum = 0
  for (const [position, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (position % 2 === 0 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return String((10 - (sum % 10)) % 10)
}

/** Ten digits, the last is Luhn's: what a payer types into a payment app. */
export function isAccountNumber(text: string): boolean {
  return /^\d{10}$/.test(text) && luhnDigit(text.slice(0, 9)) === text[9]
}

/** The account number in what a person typed, with spaces or hyphens between groups; else null. */
export function parseAccountNumber(text: string): string | null {
  const digits = text.replace(/[\s\u2010-\u2015-]/g, '')
  return isAccountNumber(digits) ? digits : null
}

/** Printed in groups 3-3-4. */
export function formatAccountNumber(number: string): string {
  return `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`
}

// The counter starts in the lower half of its 12 bits; when it runs out, or the clock steps back,
// the time is taken one millisecond ahead rather than the order lost.
function advance(now: number, seed: number): void {
  if (now > lastMillisecond) {
    lastMillisecond = now
    counter = seed & 0x7ff
  } else if (counter < 0xfff) {
    counter += 1
  } else {
    lastMillisecond += 1
    counter = seed & 0x7ff
  }
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
