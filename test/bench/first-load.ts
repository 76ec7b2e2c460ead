// First-load scripts of every screen beside the empty page of the same Next (speed-and-safety.md 2, settled 27).
import { weighScreens } from '#test/support/first-load.ts'
import { launchBrowser } from '#test/support/launch-browser.ts'
import { startEmptyPage, startSite } from '#test/support/site.ts'

const site = await startSite()
const empty = await startEmptyPage()
const browser = await launchBrowser()
try {
  const { weighed, unreached, empty: floor } = await weighScreens(browser, site, empty.url)
  console.log(`the empty page: ${floor.toFixed(1)} kB gz of scripts; each screen beside it, over / allowed:`)
  for (const { screen, kind, over, budget } of weighed.toSorted((a, b) => b.over - a.over)) {
    console.log(`${over > budget ? '✗' : '✓'} ${kind.padEnd(8)} ${over.toFixed(1).padStart(6)} / ${budget} kB  ratio ${((floor + over) / floor).toFixed(2)}  ${screen}`)
  }
  for (const screen of unreached) console.log(`✗ not reached: ${screen}`)
  if (unreached.length > 0 || weighed.some(screen => screen.over > screen.budget)) process.exitCode = 1
} finally {
  await browser.close()
  await empty.stop()
  await site.stop()
}
