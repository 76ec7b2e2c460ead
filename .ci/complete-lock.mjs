// `npm install` on a registry that serves one platform only leaves the others out of package-lock.json, and then
// `npm ci` refuses to work anywhere. Writes the missing entries: node .ci/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs'

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'win32']
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32']

function entryOf(name, version) {
  const words = name.split('/').at(-1).split('-')
  const os = systems.filter(system => words.includes(system))
  const cpu = processors.filter(processor => words.includes(processor))
  const libc = os[0] !== 'linux' ? [] : words.some(word => word.startsWith('musl')) ? ['musl'] : words.some(word => word.startsWith('gnu')) ? ['glibc'] : []
  if (os.length + cpu.length === 0) return null
  return { version, ...(cpu.length ? { cpu } : {}), ...(libc.length ? { libc } : {}), optional: true, ...(os.length ? { os } : {}) }
}

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
let added = 0
for (const [holder, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const at = `node_modules/${name}`
    if (lock.packages[at] || lock.packages[`${holder}/${at}`] || !/^\d/.test(version)) continue
    const made = entryOf(name, version)
    if (!made) continue
    lock.packages[at] = made
    added += 1
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`)
console.log(`${added} entries added`)
