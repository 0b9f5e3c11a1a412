// P4, P5 and P6: from a key or a click to another moment with its source, its values and the cursor, all of one moment.
import { fixed, table, whenCase } from '../lib/case.mjs'
import { placesOf, sizeName } from '../store/traces.mjs'
import { UI_SIZES, caseMs, goTo, preparePageAndPlaces, randomOf, spread, times, withTrace } from './page.mjs'

export { caseMs }
export { isQuick } from '../store/traces.mjs'
export const title = 'The UI: moving through moments'
export const notes =
  'Until a frame shows the moment, its source, its values and the cursor. `first` makes indexes. `apart`: moments at which something on screen belonged to another one.'
export const rounds = 1
export const variants = UI_SIZES.map(events => ({ engine: 'chromium', events }))
export const prepare = preparePageAndPlaces

export const MOVES = {
  step: 'step, eight directions',
  jump: 'click somewhere in the timeline',
  write: 'next and previous write of what was written',
  'value write': 'next and previous write of a row of the values',
}
const STEP_KEYS = ['.', '.', 'j', ',', 'i', 'o', 'k', 'n', 'p']
const VARIABLE = '.values [role=tree][aria-label="Variables at this moment"] .value-row[aria-level="1"]'

await whenCase(import.meta, ({ events }) =>
  withTrace(events, async session => {
    const { page } = session
    const places = placesOf(events)
    const random = randomOf(events)
    const found = Object.fromEntries(Object.keys(MOVES).map(move => [move, []]))
    const apart = []
    /** Keys are pressed at human speed: what the page still does in between belongs to the next one. */
    async function take(move, act) {
      await page.evaluate(() => globalThis.probe.arm())
      await act()
      const moved = await page.evaluate(() => globalThis.probe.moved())
      if (moved === undefined) return
      found[move].push(moved.ms)
      apart.push(...moved.contradictions)
      await page.waitForTimeout(50)
    }
    const count = times(24, 8)
    for (const { ref } of places['step next'].slice(0, count)) {
      await goTo(session, ref)
      for (const key of STEP_KEYS) await take('step', () => page.keyboard.press(key))
    }
    const lanes = await page.locator('.lanes-canvas').boundingBox()
    const lanesSeen = await page.locator('.lanes-scroll').boundingBox()
    for (let click = 0; click < 2 * count; click++) {
      // Deeper into the trace with every second click, and then all of it again.
      if (click % 8 === 0) await page.locator('.lanes-canvas').dblclick({ position: { x: 5, y: 2 } })
      else if (click % 2 === 0) await page.evaluate(() => globalThis.probe.wheel({ zoom: -500 }))
      await page.evaluate(() => globalThis.probe.rest())
      const at = [lanes.x + lanes.width * (0.05 + 0.9 * random()), lanesSeen.y + (lanesSeen.height - 10) * random()]
      await take('jump', () => page.mouse.click(...at))
    }
    const writes = [...places['next write, variable'].slice(0, count), ...places['next write, property'].slice(0, count)]
    for (const { ref } of writes) {
      await goTo(session, ref)
      for (const key of ['w', 'Shift+W']) await take('write', () => page.keyboard.press(key))
      for (const key of ['w', 'Shift+W']) {
        const row = page.locator(VARIABLE).first()
        if ((await row.count()) > 0) await take('value write', () => row.press(key))
      }
    }
    if (apart.length > 0) process.stderr.write(`${[...new Set(apart)].slice(0, 20).join('\n')}\n`)
    const figures = Object.entries(found).map(([move, values]) => {
      if (values.length < 3) throw new Error(`${move}: only ${values.length} moves led anywhere`)
      const [first, ...later] = values
      return { [`${move} first`]: first, ...spread(move, later), [`${move} moves`]: values.length }
    })
    return { ...Object.assign({}, ...figures), apart: apart.length, memoryMb: await session.memoryMb() }
  }),
)

export const report = rows =>
  rows
    .map(({ variant: { events }, figures }) => {
      const lines = Object.entries(MOVES).map(([move, what]) => [
        what,
        ...['p50', 'p95', 'max', 'first'].map(name => `${fixed(figures[`${move} ${name}`].median, 0)} ms`),
        figures[`${move} moves`].median,
      ])
      const head = `### ${sizeName(events)} events; ${figures.apart.max} apart; ${fixed(figures.memoryMb.max, 0)} MB at the end`
      return `${head}\n\n${table(['move', 'p50', 'p95', 'max', 'first', 'moves'], lines)}`
    })
    .join('\n\n')
