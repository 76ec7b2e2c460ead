import { expect, inject, test } from 'vitest'
import { weighScreens } from '#test/support/first-load.ts'
import { launchBrowser } from '#test/support/launch-browser.ts'
import { startEmptyPage } from '#test/support/site.ts'

test('no screen loads more script over the empty page than its kind may; open pages load none', async () => {
  const browser = await launchBrowser()
  const empty = await startEmptyPage()
  try {
    const { weighed, unreached } = await weighScreens(browser, inject('site'), empty.url)
    expect(unreached, 'screens that were not weighed').toEqual([])
    expect(weighed.filter(screen => screen.over > screen.budget)).toEqual([])
    expect(weighed.filter(screen => screen.kind !== 'open').every(screen => screen.over > 0), 'a screen lighter than the empty page was not loaded').toBe(true)
  } finally {
    await browser.close()
    await empty.stop()
  }
})
