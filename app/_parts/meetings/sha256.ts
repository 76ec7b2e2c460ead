// SHA-256 (FIPS 180-4) without WebCrypto, which browsers keep from pages on plain http; a receipt is checked there too.
import type { Bytes } from '#server/meetings/log/rules.ts'

const fractionBits = (value: number): number => Math.floor((value - Math.floor(value)) * 2 ** 32) | 0

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n += 1) if (primes.every(prime => n % prime !== 0)) primes.push(n)
  return primes
}

const constants = firstPrimes(64).map(prime => fractionBits(Math.cbrt(prime)))
const start = firstPrimes(8).map(prime => fractionBits(Math.sqrt(prime)))

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

export function sha256(message: Bytes): Bytes {
  const length = message.length
  const padded = new Uint8Array((((length + 8) >> 6) + 1) * 64)
  padded.set(message)
  padded[length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29))
  view.setUint32(padded.length - 4, length << 3)
  let state = start
  for (let block = 0; block < padded.length; block += 64) state = mix(state, view, block)
  const digest = new DataView(new ArrayBuffer(32))
  state.forEach((word, place) => digest.setInt32(place * 4, word))
  return new Uint8Array(digest.buffer)
}

function mix(state: readonly number[], view: DataView, block: number): number[] {
  const words: number[] = []
  let letters = state
  for (let round = 0; round < 64; round += 1) {
    const word = round < 16 ? view.getInt32(block + round * 4) : stretch(words, round)
    words.push(word)
    const [a, b, c, d] = [at(letters, 0), at(letters, 1), at(letters, 2), at(letters, 3)]
    const [e, f, g, h] = [at(letters, 4), at(letters, 5), at(letters, 6), at(letters, 7)]
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + at(constants, round) + word) | 0
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    letters = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g]
  }
  return letters.map((word, place) => (word + at(state, place)) | 0)
}

function at(words: readonly number[], place: number): number {
  return words[place] ?? 0
}

function stretch(words: readonly number[], round: number): number {
  const [early, late] = [at(words, round - 15), at(words, round - 2)]
  const small = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
  const large = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
  return (at(words, round - 16) + small + at(words, round - 7) + large) | 0
}
