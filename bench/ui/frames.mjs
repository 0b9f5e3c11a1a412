// Work of the main thread between the marks that `probe.drive` sets, from a trace of the browser: CPU time of its tasks, not of the machine's
// other programs. That is what a frame takes from the page; how many frames a second come of it depends on the machine.
const CATEGORIES = ['toplevel', 'blink.user_timing', '__metadata']
const MARK = 'bench-frame'
const isTask = ({ ph, name }) => ph === 'X' && name.endsWith('RunTask')

/** Milliseconds of CPU, one figure a frame. */
export async function framesOf({ browser, page }, acts) {
  await browser.startTracing(page, { categories: CATEGORIES })
  await page.evaluate(given => globalThis.probe.drive(given), acts)
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8'))
  const marks = traceEvents.filter(({ name, cat }) => name === MARK && cat.includes('user_timing')).toSorted((a, b) => a.ts - b.ts)
  if (marks.length < acts.length) throw new Error(`the trace has ${marks.length} marks of ${acts.length} frames`)
  const { pid, tid } = marks[0]
  const tasks = traceEvents.filter(event => isTask(event) && event.pid === pid && event.tid === tid).toSorted((a, b) => a.ts - b.ts)
  const frames = []
  let at = 0
  for (const [i, mark] of marks.slice(0, -1).entries()) {
    // From the task that the mark lies in to the one before that of the next mark.
    let microseconds = 0
    for (; at < tasks.length && tasks[at].ts + tasks[at].dur < marks[i + 1].ts; at++)
      if (tasks[at].ts + tasks[at].dur >= mark.ts) microseconds += tasks[at].tdur ?? tasks[at].dur
    frames.push(microseconds / 1000)
  }
  return frames
}
