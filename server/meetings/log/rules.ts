// Canonical JSON (RFC 8785, for the strict subset that we hash) and the Merkle tree of RFC 9162, section 2.1.
// Pure and without a hash function of its own: the server brings its own, a phone the one of app/_parts/meetings.

export type Bytes = Uint8Array<ArrayBufferLike>
export type Hash = (bytes: Bytes) => Bytes

export type Canonical = string | number | boolean | null | readonly Canonical[] | { readonly [key: string]: Canonical }

/** One text for one value: keys (ours) sorted, no spaces, texts in NFC. Fractions, undefined and lone surrogates are refused. */
export function canonicalJson(value: Canonical): string {
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value)) throw new TypeError('a lone surrogate has no canonical form')
    return JSON.stringify(value.normalize('NFC'))
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new TypeError(`only whole numbers have a canonical form here: ${value}`)
    return String(value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object') throw new TypeError(`no canonical form of ${typeof value}`)
  return `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value)
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text)
}

export function hex(bytes: Bytes): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

export function bytesOfHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
}

export function base64url(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export function join(...parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** A leaf and a node can never be taken for each other: 0x00 and 0x01 stand before what is hashed. */
export function leafHash(hash: Hash, leaf: string): Bytes {
  return hash(join(Uint8Array.of(0), utf8(leaf)))
}

export function nodeHash(hash: Hash, left: Bytes, right: Bytes): Bytes {
  return hash(join(Uint8Array.of(1), left, right))
}

/** Root of the tree over leaf hashes; of nothing, the hash of nothing. */
export function rootOf(hash: Hash, leaves: readonly Bytes[]): Bytes {
  return peaksRoot(hash, leaves.reduce<readonly Bytes[]>((peaks, leaf, size) => appendPeak(hash, { peaks, size }, leaf), []))
}

export type Frontier = {
  /** Roots of the complete subtrees of the tree, from the largest: one per 1-bit of its size. */
  readonly peaks: readonly Bytes[]
  readonly size: number
}

/** The peaks after one more leaf: as many last ones melt together as the size ends in 1-bits. */
export function appendPeak(hash: Hash, { peaks, size }: Frontier, leaf: Bytes): readonly Bytes[] {
  const kept = [...peaks]
  let node = leaf
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = kept.pop()
    if (left === undefined) throw new TypeError('a frontier has a peak for each 1-bit of its size')
    node = nodeHash(hash, left, node)
  }
  return [...kept, node]
}

export function peaksRoot(hash: Hash, peaks: readonly Bytes[]): Bytes {
  const [last, ...rest] = [...peaks].reverse()
  if (last === undefined) return hash(new Uint8Array(0))
  return rest.reduce((right, left) => nodeHash(hash, left, right), last)
}

/** The way of the newest leaf to the root is just the peaks before it, the smallest first. */
export function pathOfNewest(peaksBefore: readonly Bytes[]): readonly Bytes[] {
  return [...peaksBefore].reverse()
}

/** Inclusion path of any leaf (2.1.3.1). */
export function inclusionPath(hash: Hash, leaves: readonly Bytes[], index: number): readonly Bytes[] {
  if (index < 0 || index >= leaves.length) throw new RangeError('no such leaf')
  if (leaves.length === 1) return []
  const split = splitOf(leaves.length)
  return index < split
    ? [...inclusionPath(hash, leaves.slice(0, split), index), rootOf(hash, leaves.slice(split))]
    : [...inclusionPath(hash, leaves.slice(split), index - split), rootOf(hash, leaves.slice(0, split))]
}

/** The largest power of two below n. */
function splitOf(n: number): number {
  let split = 1
  while (split * 2 < n) split *= 2
  return split
}

export type Proof = { readonly index: number; readonly size: number; readonly path: readonly Bytes[] }

/** The root that a proof leads to (2.1.3.2); null when it is not the proof of anything. */
export function rootByProof(hash: Hash, leaf: Bytes, { index, size, path }: Proof): Bytes | null {
  if (index < 0 || index >= size) return null
  let node = leaf
  let place = index
  let last = size - 1
  for (const sibling of path) {
    if (last === 0) return null
    if (place % 2 === 1 || place === last) {
      node = nodeHash(hash, sibling, node)
      while (place % 2 === 0 && place !== 0) {
        place /= 2
        last = Math.floor(last / 2)
      }
    } else {
      node = nodeHash(hash, node, sibling)
    }
    place = Math.floor(place / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? node : null
}

export function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, place) => byte === b[place])
}
