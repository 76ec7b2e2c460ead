// After `next build`: the shell without a network (public/offline) and the service worker (public/sw.js).
//   node app/_sw/build.mjs
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import tailwind from '@tailwindcss/postcss'
import { build } from 'esbuild'
import { injectManifest } from 'workbox-build'
import { shellPage } from './shell-page.mjs'

const root = new URL('../../', import.meta.url).pathname
const at = (...parts) => join(root, ...parts)
const locales = ['uz', 'kk', 'ru']
const mostPrecached = 150_000
const cache = at('node_modules/.cache/uyim')

mkdirSync(at('public/offline'), { recursive: true })
mkdirSync(cache, { recursive: true })
writeStyle(await buildStyle())
for (const locale of locales) writeFileSync(at('public/offline', `${locale}.html`), shellPage(wordsOf(locale)))
await bundle('app/_client/offline-shell.ts', at('public/offline/shell.js'))
await bundle('app/_client/proof-check.ts', at('public/offline/proof.js'))
await bundle('app/_sw/sw.ts', join(cache, 'sw.js'))
await inject()
for (const locale of locales) holdBudget(locale)
rmSync(join(cache, 'sw.js'))

async function bundle(entry, outfile) {
  await build({
    entryPoints: [at(entry)],
    outfile,
    bundle: true,
    minify: true,
    legalComments: 'none',
    format: 'iife',
    target: ['chrome87', 'safari15', 'firefox90'],
    define: { 'process.env.NODE_ENV': '"production"' },
    absWorkingDir: root,
    logLevel: 'warning',
  })
}

/** The theme of globals.css with only the classes of the shell and its forms. */
async function buildStyle() {
  // postcss comes with Tailwind's plugin; it is found from there, so that there is one version of it.
  const postcss = createRequire(createRequire(import.meta.url).resolve('@tailwindcss/postcss'))('postcss')
  const source = `${readFileSync(at('app/globals.css'), 'utf8')}\n@source "./_sw";\n@source "./_ui/button-look.ts";\n@source "./_ui/{notice,tile-band,brand-mark}.tsx";\n@source "./_parts/documents";\n@source "./_parts/buildings/public-house.tsx";\n@source "../server/infra/missing-page.ts";\n`
  const result = await postcss([tailwind({ base: at('app/_client'), optimize: { minify: true } })]).process(source, { from: at('app/globals.css') })
  return result.css
}

function writeStyle(css) {
  writeFileSync(at('public/offline/shell.css'), css)
}

function wordsOf(locale) {
  const read = (name) => (existsSync(at('locales', locale, name)) ? JSON.parse(readFileSync(at('locales', locale, name), 'utf8')) : {})
  const common = read('common.json')
  const formOf = (domain) => {
    const { form = {}, offline = {}, services, units, categories, places } = read(`${domain}.json`)
    return { form, offline, services, units, categories, places, errors: read(`errors/${domain}.json`) }
  }
  return { locale, offline: read('offline.json'), outbox: common.outbox, act: common.act, photo: common.photo, meters: formOf('meters'), requests: formOf('requests') }
}

async function inject() {
  const { warnings } = await injectManifest({
    swSrc: join(cache, 'sw.js'),
    swDest: at('public/sw.js'),
    globDirectory: at('public'),
    globPatterns: ['offline/*.{html,js,css}', 'icons/icon-192.png', 'icons/icon.svg'],
    modifyURLPrefix: { '': '/' },
  })
  for (const warning of warnings) console.warn(warning)
}

function holdBudget(locale) {
  const files = ['offline/shell.js', 'offline/proof.js', 'offline/shell.css', `offline/${locale}.html`, 'icons/icon-192.png', 'icons/icon.svg', 'sw.js']
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(at('public', file))).length, 0)
  if (bytes > mostPrecached) throw new Error(`The shell of ${locale} weighs ${bytes} bytes, more than ${mostPrecached}.`)
  console.log(`offline shell ${locale}: ${bytes} bytes gz`)
}
