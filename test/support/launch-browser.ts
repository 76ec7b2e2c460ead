import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const installed = ['/usr/bin/google-chrome-stable', '/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/opt/google/chrome/chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const flags = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** The order of foundations.md: named, installed, Playwright's own, packaged. */
async function findBrowser(): Promise<{ path: string; args: string[] }> {
  const named = process.env['CHROMIUM_PATH']
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, and nothing is there.`)
    return { path: named, args: [] }
  }
  const found = [...installed, ...own()].find(path => existsSync(path))
  if (found) return { path: found, args: [] }
  const packaged = await import('@sparticuz/chromium').then(module => module.default, () => null)
  // In one process the requests of one phone go out with the cookies of another.
  const shared = ['--single-process', '--no-zygote']
  if (packaged) return { path: await packaged.executablePath(), args: packaged.args.filter(arg => !shared.includes(arg)) }
  throw new Error('No Chromium was found: install one (apt-get install chromium), or set CHROMIUM_PATH.')
}

function own(): string[] {
  try {
    return [chromium.executablePath()]
  } catch {
    return []
  }
}

export async function launchBrowser(): Promise<Browser> {
  const { path, args } = await findBrowser()
  // Every launch has a new empty profile; as root there is no sandbox to be had.
  return chromium.launch({ executablePath: path, headless: true, args: [...args, ...flags, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])] })
}
