import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendPeak, canonicalJson, hex, inclusionPath, leafHash, pathOfNewest, peaksRoot, rootByProof, rootOf, sameBytes, type Bytes, type Canonical } from '#server/meetings/log/rules.ts'

const hash = (bytes: Bytes): Bytes => createHash('sha256').update(bytes).digest()
const leavesOf = (count: number): Bytes[] => Array.from({ length: count }, (_, index) => leafHash(hash, `leaf ${index}`))

/** The recursive definition of RFC 9162, 2.1.1, written a second time. */
function plainRoot(leaves: readonly Bytes[]): Bytes {
  if (leaves.length === 0) return hash(new Uint8Array(0))
  if (leaves.length === 1) return leaves[0] ?? new Uint8Array(0)
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return hash(Buffer.concat([Buffer.of(1), plainRoot(leaves.slice(0, split)), plainRoot(leaves.slice(split))]))
}

describe('Merkle tree (RFC 9162 2.1)', () => {
  it('gives the known roots of the empty tree and of certificate transparency’s test leaves', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const leaves = inputs.map(text => hash(Buffer.concat([Buffer.of(0), Buffer.from(text, 'hex')])))
    const roots = ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328']
    expect(roots.map((_, size) => hex(rootOf(hash, leaves.slice(0, size))))).toEqual(roots)
  })

  it('equals the recursive definition at every size', () => {
    for (let size = 0; size <= 130; size += 1) expect(hex(rootOf(hash, leavesOf(size)))).toBe(hex(plainRoot(leavesOf(size))))
  })

  it('proves every leaf of every tree, and the newest from the peaks alone', () => {
    for (let size = 1; size <= 70; size += 1) {
      const leaves = leavesOf(size)
      const root = rootOf(hash, leaves)
      leaves.forEach((leaf, index) => {
        const found = rootByProof(hash, leaf, { index, size, path: inclusionPath(hash, leaves, index) })
        expect(found !== null && sameBytes(found, root)).toBe(true)
      })
      const before = leaves.slice(0, -1).reduce<readonly Bytes[]>((peaks, leaf, at) => appendPeak(hash, { peaks, size: at }, leaf), [])
      expect(pathOfNewest(before).map(hex)).toEqual(inclusionPath(hash, leaves, size - 1).map(hex))
      expect(hex(peaksRoot(hash, appendPeak(hash, { peaks: before, size: size - 1 }, leaves[size - 1] ?? new Uint8Array(0))))).toBe(hex(root))
    }
  })

  it('refuses a proof after any single change: leaf, place, size, path', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (size, where, at, flip) => {
      const leaves = leavesOf(size)
      const root = rootOf(hash, leaves)
      const index = where % size
      const path = inclusionPath(hash, leaves, index)
      const fails = (leaf: Bytes, proof: { index: number; size: number; path: readonly Bytes[] }) => {
        const found = rootByProof(hash, leaf, proof)
        return found === null || !sameBytes(found, root)
      }
      const leaf = leaves[index] ?? new Uint8Array(0)
      const bent = (bytes: Bytes) => bytes.map((byte, place) => (place === at % bytes.length ? byte ^ flip : byte))
      expect(fails(bent(leaf), { index, size, path })).toBe(true)
      const step = at % path.length
      expect(fails(leaf, { index, size, path: path.map((each, place) => (place === step ? bent(each) : each)) })).toBe(true)
      expect(fails(leaf, { index, size, path: path.slice(1) })).toBe(true)
      expect(fails(leaf, { index, size, path: [...path, leaf] })).toBe(true)
      if (index % 2 === 0 && index + 1 < size) expect(fails(leaf, { index: index + 1, size, path })).toBe(true)
    }))
  })

  it('changes its root when a leaf is dropped, doubled or moved', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), (size, where) => {
      const leaves = leavesOf(size)
      const root = hex(rootOf(hash, leaves))
      const index = where % (size - 1)
      expect(hex(rootOf(hash, leaves.toSpliced(index, 1)))).not.toBe(root)
      expect(hex(rootOf(hash, leaves.toSpliced(index, 0, leaves[index] ?? new Uint8Array(0))))).not.toBe(root)
      expect(hex(rootOf(hash, leaves.toSpliced(index, 2, leaves[index + 1] ?? new Uint8Array(0), leaves[index] ?? new Uint8Array(0))))).not.toBe(root)
    }))
  })
})

describe('canonical JSON (RFC 8785)', () => {
  it('sorts keys by UTF-16 units and escapes as the RFC does', () => {
    expect(canonicalJson({ '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'x', '1': 'One', '\ud83d\ude00': 'Emoji', '\u0080': 'Control', 'ö': 'o' }))
      .toBe('{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"o","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji","\ufb33":"x"}')
    expect(canonicalJson({ b: [1, null, true], a: '\u20ac$\u000f\nA\'B"\\"/' })).toBe('{"a":"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/","b":[1,null,true]}')
  })

  it('makes one text of both ways to write a letter, Kazakh and Uzbek letters included', () => {
    expect(canonicalJson('й')).toBe(canonicalJson('и\u0306'))
    expect(canonicalJson({ t: 'Әділ Oʻzbek ғң ʼ' })).toBe('{"t":"Әділ Oʻzbek ғң ʼ"}')
  })

  it('refuses what has no canonical form', () => {
    const odd = [1.5, Number.NaN, -0, 2 ** 53, undefined, '\ud800', { a: undefined }, 1n] as unknown as Canonical[]
    for (const value of odd) expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  it('does not depend on the order in which a record was built, and reads back as the same', () => {
    fc.assert(fc.property(fc.dictionary(fc.string({ unit: 'grapheme-ascii' }), fc.oneof(fc.integer(), fc.string({ unit: 'grapheme-ascii' }), fc.boolean())), record => {
      const turned = Object.fromEntries(Object.entries(record).reverse())
      expect(canonicalJson(turned)).toBe(canonicalJson(record))
      if (!('__proto__' in record)) expect(JSON.parse(canonicalJson(record))).toEqual(Object.fromEntries(Object.entries(record)))
    }))
  })
})
