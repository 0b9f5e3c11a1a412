/** Pictures of the UI: which screens there are, and how one is taken so that it looks the same every time. */
import { join } from 'node:path'
import { mkdir, writeFile } from 'node:fs/promises'
import { uiUrl } from './playground-apps.mjs'

/** The layouts of the page: three columns, one column with tabs, one column of a phone or a dock at the side. */
export const WIDTHS = [
  { name: 'wide', viewport: { width: 1440, height: 900 } },
  { name: 'medium', viewport: { width: 1024, height: 800 } },
  { name: 'narrow', viewport: { width: 420, height: 800 } },
]
export const THEMES = ['light', 'dark']
const WEBP_QUALITY = 40

/**
 * Every screen: what its address has besides session and moment, what it waits for, and what is done before it is taken. `column`: which pane is
 * shown where there is only one. `of`: another recording than the shop's.
 */
export const SCREENS = [
  { name: 'problems', hash: 'panel=problems,values', ready: '[data-testid=problem-row]', column: 'Lists' },
  { name: 'timeline', hash: 'panel=problems,values', ready: '.track-header', column: 'Timeline', only: ['medium', 'narrow'] },
  { name: 'source', hash: 'panel=calls,values', ready: '.cm-content', column: 'Source', only: ['medium', 'narrow'] },
  { name: 'values', hash: 'panel=calls,values', ready: '[data-testid=values]', column: 'Values', only: ['medium', 'narrow'] },
  { name: 'calls', hash: 'panel=calls,stack', ready: '[data-testid=call-row]', column: 'Lists' },
  { name: 'calls-by-function', hash: 'panel=calls,stack&cm=calls', ready: '[data-testid=path-row]', column: 'Lists' },
  { name: 'events', hash: 'panel=events,event', ready: '[data-testid=event-row]', column: 'Lists' },
  { name: 'event', hash: 'panel=events,event', ready: '.right-pane dl', column: 'Values', only: ['medium', 'narrow'] },
  {
    name: 'search',
    hash: 'panel=search,values&q=function%20~%20%22Search%22%20and%20duration%20%3E%205ms',
    ready: '[data-testid=found-row]',
    column: 'Lists',
  },
  { name: 'logpoints', hash: 'panel=logpoints,values&lp=34:src/page/use-catalog.ts:text', ready: '[data-testid=logpoint]', column: 'Lists' },
  { name: 'notes', hash: 'panel=notes,values', ready: '.notes', column: 'Lists' },
  { name: 'flame', hash: 'panel=flame,values', ready: '[data-testid=path-row]', column: 'Lists' },
  { name: 'network', hash: 'panel=network,values', ready: '[data-testid=activity-row]', column: 'Lists' },
  { name: 'sequence', hash: 'panel=sequence,values', ready: '[data-testid=arrow-row]', column: 'Lists' },
  { name: 'state', hash: 'panel=state,values', ready: '[data-testid=state-change]', column: 'Lists', of: 'notes' },
  { name: 'incidents', hash: 'panel=incidents,values', ready: '.left-pane .panel-body > *', column: 'Lists' },
  { name: 'levels', hash: 'panel=levels,values', ready: '[data-testid=level-row]', column: 'Lists', of: 'live' },
  { name: 'diff', hash: 'panel=problems,diff&d=call', ready: '.right-pane .panel-body > *', column: 'Values' },
  { name: 'health', hash: 'scr=health', ready: '[data-testid=screen-health]' },
  { name: 'size', hash: 'scr=size', ready: '[data-testid=size-table]' },
  { name: 'performance', hash: 'scr=performance', ready: '[data-testid=activity-table]' },
  { name: 'compare', hash: 'scr=compare', ready: '[data-testid=compare-table]', other: true },
  { name: 'settings', hash: 'scr=settings', ready: '[data-testid=screen-settings]' },
  { name: 'palette', hash: 'panel=problems,values', ready: '[data-testid=problem-row]', press: ['Control+k'], type: 'cart' },
  { name: 'keys', hash: 'panel=problems,values', ready: '[data-testid=problem-row]', press: ['?'] },
  { name: 'link-gone', hash: 'panel=problems,values', ready: '[data-testid=moment-missing]', moment: '0.99999999' },
]

/** A recording: where its collector is, the session, the moment that is shown, and another session to compare with. */
export async function shootScreens(browser, recordings, { outDir, format = 'webp', only = () => true, onShot = () => undefined }) {
  await mkdir(outDir, { recursive: true })
  for (const { name: width, viewport } of WIDTHS) {
    for (const theme of THEMES) {
      const page = await browser.newPage({ viewport, colorScheme: theme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' })
      page.setDefaultTimeout(15_000)
      const picture = await page.context().newCDPSession(page)
      for (const screen of SCREENS) {
        if ((screen.only && !screen.only.includes(width)) || !only(screen.name, width, theme)) continue
        await show(page, screen, recordings[screen.of ?? 'shop'])
        const options = format === 'webp' ? { format, quality: WEBP_QUALITY } : { format }
        const { data } = await picture.send('Page.captureScreenshot', options)
        const file = `${screen.name}-${width}-${theme}.${format}`
        await writeFile(join(outDir, file), Buffer.from(data, 'base64'))
        onShot(file)
      }
      await page.close()
    }
  }
}

async function show(page, screen, { collector, session, moment, other }) {
  const parts = ['v=1', `s=${session}`, `m=${screen.moment ?? moment}`, screen.hash, ...(screen.other ? [`vs=${other}`] : [])]
  await page.goto('about:blank')
  await page.goto(uiUrl(collector, parts.join('&')))
  await page.getByTestId('moment').first().waitFor({ state: 'attached' })
  const tab = page.locator('.compact-tabs').getByRole('tab', { name: screen.column ?? 'Timeline' })
  if (screen.column && (await tab.isVisible())) await tab.click()
  await page.locator(screen.ready).first().waitFor()
  for (const key of screen.press ?? []) await page.keyboard.press(key)
  if (screen.type) await page.keyboard.type(screen.type)
  await settled(page)
}

/** Until nothing has been asked or drawn for a while. Without a blinking caret, and without the pointer over anything. */
async function settled(page) {
  await page.mouse.move(0, 0)
  await page.addStyleTag({ content: '* { caret-color: transparent !important; }' })
  await page.evaluate(
    () =>
      new Promise(resolve => {
        let timer = setTimeout(resolve, 400)
        new MutationObserver(() => {
          clearTimeout(timer)
          timer = setTimeout(resolve, 400)
        }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
        setTimeout(resolve, 4000)
      }),
  )
}
