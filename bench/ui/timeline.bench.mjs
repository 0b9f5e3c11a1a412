// P2 and P3: what panning and zooming cost the main thread, whether an area is ever empty meanwhile, and when the fresh level is there.
import { fixed, table, whenCase } from '../lib/case.mjs'
import { sizeName } from '../store/traces.mjs'
import { framesOf } from './frames.mjs'
import { UI_SIZES, caseMs, preparePageAndTraces, spread, times, withTrace } from './page.mjs'

export { caseMs }
export { isQuick } from '../store/traces.mjs'
export const title = 'The UI: panning and zooming'
export const notes =
  'One turn of the wheel a frame. `frame`: CPU time of the main thread; `level`: until the cells of the new window are drawn; `empty`: frames with an area without cells where there are some.'
export const rounds = 1
export const variants = UI_SIZES.map(events => ({ engine: 'chromium', events }))
export const prepare = preparePageAndTraces

const repeat = (count, act) => Array.from({ length: count }, () => act)
/** In to a two-hundredth, far to the right and back, out again: as a hand does it, without a rest. */
const WALK = [
  ...repeat(60, { zoom: -40 }),
  ...repeat(50, { pan: 45 }),
  ...repeat(60, { pan: -110 }),
  ...repeat(15, { zoom: -60 }),
  ...repeat(40, { pan: 160 }),
  ...repeat(75, { zoom: 45 }),
]
/** The same in few steps, for what is looked at after each of them. */
const STRIDES = [
  ...repeat(8, { zoom: -240 }),
  ...repeat(10, { pan: 420 }),
  ...repeat(10, { pan: -600 }),
  ...repeat(4, { zoom: 400 }),
  ...repeat(4, { pan: 500 }),
  ...repeat(5, { zoom: 300 }),
]

await whenCase(import.meta, ({ events }) =>
  withTrace(events, async session => {
    const walks = times(3, 1)
    const frames = []
    for (let walk = 0; walk < walks; walk++)
      frames.push(
        ...(await framesOf(
          session,
          WALK.map(wheel => ({ wheel })),
        )),
      )
    const { levelMs, ...empty } = await session.page.evaluate(acts => globalThis.probe.compareLevels(acts), STRIDES)
    return {
      ...spread('frame', frames),
      frames: frames.length,
      ...spread('level', levelMs),
      levels: levelMs.length,
      ...empty,
      strides: STRIDES.length,
    }
  }),
)

export const report = rows =>
  table(
    ['events', 'frame p50', 'frame p95', 'frame max', 'level p50', 'level p95', 'empty', 'empty pixels'],
    rows.map(({ variant: { events }, figures }) => [
      sizeName(events),
      ...['frame p50', 'frame p95', 'frame max'].map(name => `${fixed(figures[name].median)} ms`),
      ...['level p50', 'level p95'].map(name => `${fixed(figures[name].median, 0)} ms`),
      `${figures.emptyFrames.max} of ${figures.strides.max}`,
      figures.emptyPixels.max,
    ]),
  )
