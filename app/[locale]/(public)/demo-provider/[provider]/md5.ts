// RFC 1321 for Click's signature in the demonstration: browsers have every digest but this one.

type Round = { mix: (b: number, c: number, d: number) => number; place: (step: number) => number; shifts: readonly number[] }
const rounds: readonly Round[] = [
  { mix: (b, c, d) => (b & c) | (~b & d), place: step => step, shifts: [7, 12, 17, 22] },
  { mix: (b, c, d) => (b & d) | (c & ~d), place: step => (5 * step + 1) % 16, shifts: [5, 9, 14, 20] },
  { mix: (b, c, d) => b ^ c ^ d, place: step => (3 * step + 5) % 16, shifts: [4, 11, 16, 23] },
  { mix: (b, c, d) => c ^ (b | ~d), place: step => (7 * step) % 16, shifts: [6, 10, 15, 21] },
]
const steps = rounds.flatMap(({ mix, place, shifts }, round) => Array.from({ length: 16 }, (_, n) => {
  const step = round * 16 + n
  return { mix, word: place(step), by: shifts[n % 4] ?? 0, sine: Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32) | 0 }
}))
type State = readonly [a: number, b: number, c: number, d: number]

/** MD5 of a text in hex. */
export function md5(text: string): string {
  const bytes = new TextEncoder().encode(text)
  const block = new DataView(new ArrayBuffer(((bytes.length + 8) >> 6) * 64 + 64))
  bytes.forEach((byte, place) => block.setUint8(place, byte))
  block.setUint8(bytes.length, 0x80)
  block.setUint32(block.byteLength - 8, bytes.length * 8, true)
  let state: State = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let start = 0; start < block.byteLength; start += 64) state = digest(state, block, start)
  const out = new DataView(new ArrayBuffer(16))
  state.forEach((word, place) => out.setInt32(place * 4, word, true))
  return [...new Uint8Array(out.buffer)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

function digest(state: State, block: DataView, start: number): State {
  let [a, b, c, d] = state
  for (const { mix, word, by, sine } of steps) {
    const sum = (a + mix(b, c, d) + sine + block.getInt32(start + word * 4, true)) | 0
    ;[a, d, c, b] = [d, c, b, (b + ((sum << by) | (sum >>> (32 - by)))) | 0]
  }
  return [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0]
}
