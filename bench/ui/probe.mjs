// What watches from inside the page. `installProbe` is sent there as text, before any script of the page: it uses nothing from outside.

/**
 * `globalThis.probe`: when input was given, what was asked of the worker and answered, what is on screen, and whether it belongs together.
 * "Shown" is told behind the drawing of a frame, so it is late by up to a frame.
 */
export function installProbe() {
  const PATIENCE_MS = 60_000
  /** The page is at rest when nothing was asked for so long; labels of the timeline are asked for 120 ms behind a change. */
  const REST_MS = 200
  const refOf = ({ track, seq }) => `${track}.${seq}`
  const element = selector => document.querySelector(selector)
  const text = testId => element(`[data-testid=${testId}]`)?.textContent ?? ''

  const asks = { running: new Map(), sentMs: 0, last: {}, events: new Map(), buckets: [] }
  function sent({ kind, id, method, query }) {
    if (kind === 'cancel') return void asks.running.delete(id)
    asks.sentMs = performance.now()
    asks.running.set(id, { method: method ?? kind, query, sentMs: asks.sentMs })
  }
  function heard({ kind, id, result }) {
    const ask = asks.running.get(id)
    if (kind === 'progress' || ask === undefined) return
    asks.running.delete(id)
    const { method, query } = ask
    if (['call', 'session', 'source', 'stack'].includes(method)) asks.last[method] = { query, result }
    if (method === 'event') asks.events.set(refOf(query.ref), result)
    if (asks.events.size > 2000) asks.events.delete(asks.events.keys().next().value)
    if (method === 'buckets') asks.buckets.push({ query, sentMs: ask.sentMs, heardMs: performance.now() })
  }
  const PageWorker = globalThis.Worker
  globalThis.Worker = class extends PageWorker {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', ({ data }) => heard(data))
    }
    postMessage(message, ...more) {
      sent(message)
      super.postMessage(message, ...more)
    }
  }
  let inputMs = 0
  for (const type of ['keydown', 'pointerup', 'drop']) addEventListener(type, event => (inputMs = event.timeStamp), true)
  const blocked = []
  new PerformanceObserver(list => blocked.push(...list.getEntries().map(({ startTime, duration }) => ({ startTime, duration })))).observe({
    type: 'longtask',
    buffered: true,
  })

  const frame = () => new Promise(resolve => requestAnimationFrame(() => resolve(performance.now())))
  const channel = new MessageChannel()
  const afterDrawing = []
  channel.port1.onmessage = () => afterDrawing.shift()()
  async function shown() {
    await frame()
    await new Promise(resolve => {
      afterDrawing.push(resolve)
      channel.port2.postMessage(0)
    })
    return performance.now()
  }
  async function until(what, test) {
    const startedMs = performance.now()
    for (;;) {
      const found = test()
      if (found) return found
      if (performance.now() - startedMs > PATIENCE_MS) throw new Error(`in vain waited for ${what}`)
      await frame()
    }
  }
  const pixelsOf = canvas => new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)
  const isPainted = canvas => canvas !== null && canvas.width > 0 && canvas.height > 0 && pixelsOf(canvas).some(word => word !== 0)
  const isAtRest = () => asks.running.size === 0 && performance.now() - asks.sentMs > REST_MS
  /** Milliseconds of the longest task since then; tasks below 50 ms are none. */
  const longestSince = fromMs => blocked.filter(({ startTime }) => startTime >= fromMs).reduce((most, { duration }) => Math.max(most, duration), 0)

  /** What is on screen and does not belong to the moment that is on screen. */
  function contradictions() {
    const moment = text('moment')
    const detail = asks.events.get(moment)
    const { stack, call, source } = asks.last
    if (!detail || refOf(stack.query.ref) !== moment) return [`event or stack of ${moment} were never asked for`]
    const found = []
    const expect = (what, actual, expected) => actual !== expected && found.push(`${what}: ${actual} and not ${expected} at ${moment}`)
    const innermost = stack.result[0]?.node
    const place = detail.row.location ?? innermost?.location
    const [whole] = asks.buckets.filter(({ query }) => query.columns > 0).map(({ query }) => query)
    const cssX = Number(/\(([-\d.e]+)px/.exec(element('.overview .cursor-line')?.style.transform ?? '')?.[1])
    const share = (detail.row.timeUs - whole.fromUs) / (whole.toUs - whole.fromUs)
    if (!(Math.abs(cssX - share * element('.overview-strip').clientWidth) < 2)) found.push(`the cursor is at ${cssX} at ${moment}`)
    if (innermost) {
      expect('values', element('.values .values-title')?.textContent, innermost.name)
      expect(
        'call',
        call && refOf({ track: call.query.ref.track, seq: call.query.ref.call }),
        refOf({ track: innermost.ref.track, seq: innermost.ref.call }),
      )
    }
    if (place) {
      expect('file', element('#file-picker')?.value, place.file)
      const line = source?.query.path === place.file ? source.result.content?.split('\n')[place.line - 1] : undefined
      if (line !== undefined && !element('.cm-line.at-moment')?.textContent.startsWith(line.trimEnd()))
        found.push(`line ${place.line} is not marked at ${moment}`)
    }
    return found
  }

  let running
  /** Frames without a question before it is sure that an input led nowhere. */
  const IDLE_FRAMES = 8
  /**
   * Milliseconds from the input until the page shows another moment with all that belongs to it, and what of it contradicts that;
   * undefined when there was nowhere to go.
   */
  async function whenMoved() {
    const before = text('moment')
    const earlierMs = inputMs
    await until('input', () => inputMs !== earlierMs)
    const startedMs = inputMs
    const waits = () => [...asks.running.values()].some(({ sentMs }) => sentMs >= startedMs)
    let idle = 0
    await until('another moment', () => {
      idle = waits() ? 0 : idle + 1
      return text('moment') !== before || idle > IDLE_FRAMES
    })
    if (text('moment') === before) return undefined
    // The first answers make further questions.
    await until('what belongs to it', () => !waits())
    const endMs = await shown()
    return { ms: endMs - startedMs, contradictions: contradictions() }
  }

  async function whenSearched() {
    const earlierMs = inputMs
    await until('input', () => inputMs !== earlierMs)
    const startedMs = inputMs
    await until('rows', () => element('.search-panel .row, .search-panel .groups td') || isOver())
    const firstMs = (await shown()) - startedMs
    await until('the end', isOver)
    const endMs = (await shown()) - startedMs
    return { firstMs, endMs, blockedMs: longestSince(startedMs) }
  }
  const isOver = () =>
    / (found|groups?)( so far)?(, \d+ % searched)?$/.test(text('search-status')) &&
    !element('.search-panel .search-status')?.textContent.includes('Cancel')

  globalThis.probe = {
    rest: () => until('rest', isAtRest),
    longestSince,
    contradictions,
    contentfulPaintMs: () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,

    /** Drops the file of the input: milliseconds until bytes, events, the overview, the lanes, and values were shown. */
    async open() {
      const data = new DataTransfer()
      data.items.add(element('#bench-file').files[0])
      const startedMs = performance.now()
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
      const figures = { untoldMs: 0 }
      let toldMs = startedMs
      const after = () => performance.now() - startedMs
      for (;;) {
        await frame()
        const [bytes, events] = [text('open-bytes'), text('open-events')]
        if (bytes !== '' && events !== '') {
          figures.bytesMs ??= after()
          toldMs = performance.now()
        } else if (element('[data-testid=loading-file]') && after() > 500) figures.untoldMs = Math.max(figures.untoldMs, performance.now() - toldMs)
        if (isPainted(element('.overview canvas')) && isPainted(element('.lanes-canvas'))) break
        if (after() > PATIENCE_MS) throw new Error(`the overview did not come: ${text('open-failed')}`)
      }
      await shown()
      figures.overviewMs = after()
      await until('values', () => element('.values .values-title'))
      await shown()
      figures.valuesMs = after()
      figures.blockedMs = longestSince(startedMs)
      return figures
    },

    /** From now on the next key or click counts; `moved` tells what became of it. */
    arm() {
      running = whenMoved()
    },
    moved: () => running,

    /** As `arm` and `moved`, of a search: until its first row or group is shown, and until it says that it is over or has enough. */
    armSearch() {
      running = whenSearched()
    },
    searched: () => running,
    /** Presses Cancel as soon as it is there; milliseconds until the search says that it was, 0 when it was over before. */
    async cancelSearch() {
      const cancel = () => [...document.querySelectorAll('.search-status button')].find(button => button.textContent.trim() === 'Cancel')
      await until('a search', () => cancel() || isOver())
      const startedMs = performance.now()
      if (!cancel()) return 0
      cancel().click()
      await until('its end', () => text('search-status').includes('cancelled'))
      return (await shown()) - startedMs
    },

    /** Scrolls until the list no longer grows: its last row, and whether that is the moment and the session's last event. */
    async endOfList(selector) {
      const { probe } = globalThis
      let height = 0
      while (height !== element(selector).scrollHeight) {
        height = element(selector).scrollHeight
        element(selector).scrollTop = height
        await shown()
        await probe.rest()
      }
      const ref = [...document.querySelectorAll(`${selector} .row`)].at(-1)?.dataset.ref
      const { lastUs } = asks.last.session.result
      return { ref, isExact: ref === text('moment') && asks.events.get(ref)?.row.timeUs === lastUs }
    },
    /** How many rows a list says to have, and up to which of them it can be scrolled. */
    async reach(selector) {
      element(selector).scrollTop = Number.MAX_SAFE_INTEGER
      await shown()
      await globalThis.probe.rest()
      const number = [...document.querySelectorAll(`${selector} .row`)].at(-1)?.id.split('-').at(-1)
      return { rows: Number(element(selector).getAttribute('aria-rowcount')), reached: Number(number) + 1 }
    },

    /** Opens so many panels, one after the other, a frame each: lists and inspectors close the one before, dialogs are closed. */
    async panels(wanted) {
      const tabs = [...document.querySelectorAll('.left-pane [role=tab], .right-pane [role=tab]')].map(({ id }) => id)
      const press = (key, more) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
      const opens = [
        ...tabs.map(id => () => document.getElementById(id).click()),
        ...['KeyH', 'KeyZ', 'KeyP', 'KeyS'].map(code => () => press(code, { code, altKey: true })),
        () => press('k', { ctrlKey: true }),
        () => press('?'),
      ]
      for (let i = 0; i < wanted; i++) {
        const kind = i % opens.length
        opens[kind]()
        await frame()
        if (kind < tabs.length) continue
        const dialog = await until('the dialog', () => element('dialog[open]'))
        dialog.close()
        // The page hears of it behind this task.
        await shown()
      }
      return { opened: wanted, kinds: opens.length }
    },

    /** One input a frame, marked for the trace: `wheel` over the lanes, or scrolling of a list. */
    async drive(acts) {
      const lanes = element('.lanes-canvas').getBoundingClientRect()
      for (const { wheel, scroll } of acts) {
        await frame()
        performance.mark('bench-frame')
        if (scroll) element(scroll.list).scrollTop += scroll.css
        else globalThis.probe.wheel(wheel, lanes)
      }
      await frame()
      performance.mark('bench-frame')
    },
    wheel({ pan, zoom }, box = element('.lanes-canvas').getBoundingClientRect()) {
      const at = { clientX: box.left + box.width * 0.4, clientY: box.top + 4, bubbles: true, cancelable: true }
      const moved = zoom === undefined ? { deltaX: pan } : { deltaY: zoom, ctrlKey: true }
      element('.lanes-canvas').dispatchEvent(new WheelEvent('wheel', { ...at, ...moved }))
    },

    /** Where cells are, of every fourth line of the canvas. The first pixel of a lane is never of a cell, so it tells the background. */
    cells() {
      const canvas = element('.lanes-canvas')
      const pixels = pixelsOf(canvas)
      const { width, height } = canvas
      const lines = []
      for (let y = 2; y < height; y += 4)
        lines.push(Uint8Array.from(pixels.subarray(y * width, (y + 1) * width), word => (word !== 0 && word !== pixels[0] ? 1 : 0)))
      return lines
    },

    /**
     * The same inputs twice: one a frame, then each until its fresh level is there. `emptyPixels` had no cell the first time and had one
     * the second time, in stretches longer than the seam between two cells; `levelMs` is how long each fresh level took.
     */
    async compareLevels(acts) {
      const { probe } = globalThis
      const fit = async () => {
        element('.timeline').dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyF', key: 'f', bubbles: true }))
        await probe.rest()
      }
      await fit()
      const moving = []
      for (const act of acts) {
        probe.wheel(act)
        await shown()
        moving.push(probe.cells())
      }
      await fit()
      const found = { levelMs: [], emptyPixels: 0, emptyFrames: 0 }
      for (const [i, act] of acts.entries()) {
        found.levelMs.push(...(await level(act)))
        const empty = emptyOf(moving[i], probe.cells())
        found.emptyPixels += empty
        if (empty > 0) found.emptyFrames++
      }
      return found
    },
  }

  const SEAM = 4
  function emptyOf(moving, resting) {
    let empty = 0
    resting.forEach((line, y) => {
      let run = 0
      for (let x = 0; x <= line.length; x++) {
        if (x < line.length && line[x] && !moving[y][x]) run++
        else {
          if (run > SEAM) empty += run
          run = 0
        }
      }
    })
    return empty
  }

  /** Turns the wheel and waits until the level for it is drawn: milliseconds, when there was a fresh one. */
  const SETTLED_MS = 100
  async function level(act) {
    const startedMs = performance.now()
    const known = asks.buckets.length
    globalThis.probe.wheel(act)
    let drawnMs
    await until('the level', () => {
      const isAsked = [...asks.running.values()].some(({ method }) => method === 'buckets')
      const fresh = asks.buckets.slice(known).at(-1)
      if (fresh && performance.now() > fresh.heardMs) drawnMs ??= performance.now()
      return !isAsked && performance.now() - startedMs > SETTLED_MS
    })
    await frame()
    return asks.buckets.length > known && drawnMs !== undefined ? [drawnMs - startedMs] : []
  }
}
