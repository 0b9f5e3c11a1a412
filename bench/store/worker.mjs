// The browser's side of bench/store/browser: reads the trace file in a worker, asks as in Node, and posts the figures.
import { TraceLibrary, createEngine } from '@hindscope/store/model'
import { askAll, oursFor } from './questions.mjs'

self.addEventListener('message', async ({ data: { file, described, places } }) => {
  try {
    const bytes = new Uint8Array(await (await fetch(file)).arrayBuffer())
    const started = performance.now()
    const library = new TraceLibrary()
    const damage = library.addBytes(bytes)
    if (damage.length > 0) throw new Error(`damaged: ${JSON.stringify(damage[0])}`)
    const engine = createEngine(library.stores)
    const { session, fromUs, toUs } = described
    await engine.events({ session, fromUs: (fromUs + toUs) / 2, limit: 100 })
    const open = performance.now() - started
    const { figures } = await askAll(oursFor(engine, described), places)
    self.postMessage({ figures: { open, ...figures } })
  } catch (error) {
    self.postMessage({ failed: String(error.stack ?? error) })
  }
})
