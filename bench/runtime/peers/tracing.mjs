// Tracing that people add by hand: a span a call by OpenTelemetry, and the least that AsyncLocalStorage needs to know a call's parent.

/** OpenTelemetry's own packages; every span is ended, goes through the simple processor, and is discarded by the exporter. */
export async function openTelemetry() {
  const { trace } = await import('@opentelemetry/api')
  const { BasicTracerProvider, SimpleSpanProcessor } = await import('@opentelemetry/sdk-trace-base')
  let spans = 0
  const exporter = {
    export(batch, done) {
      spans += batch.length
      done({ code: 0 })
    },
    shutdown: async () => {},
    forceFlush: async () => {},
  }
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  trace.setGlobalTracerProvider(provider)
  globalThis.tracer = trace.getTracer('bench')
  return { events: () => spans * 2 }
}

/** A store per call: id, parent, start and end, kept in a ring. */
export async function asyncLocalStorage() {
  const { AsyncLocalStorage } = await import('node:async_hooks')
  const storage = new AsyncLocalStorage()
  const ring = new Array(4096)
  let id = 0
  globalThis.traced = (name, body) => {
    const parent = storage.getStore()
    const call = { id: ++id, parent: parent === undefined ? 0 : parent.id, name, start: performance.now(), end: 0 }
    ring[id & 4095] = call
    return storage.run(call, () => {
      try {
        return body()
      } finally {
        call.end = performance.now()
      }
    })
  }
  return { events: () => id * 2 }
}
