/**
 * OpenTelemetry: spans that the program's own code or instrumentations start, in the chain of calls that started them; calls in a span's
 * context belong to it (adapters/span-recorder.ts). In Node a provider that only others know of is found by node/open-telemetry.ts.
 *
 * @table tracing
 * @versions @opentelemetry/sdk-trace 3; @opentelemetry/sdk-trace-node 2, 1; @opentelemetry/api 1; @opentelemetry/instrumentation 0
 * @told every span, calls in its context; requests and their spans as one ([more](opentelemetry.md)); a provider is also found in the API's global
 * @not-told metrics, logs
 */
import type { Detach } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { closing, spansOf } from '../adapters/span-recorder.ts'

const nothing: Detach = () => {}

export const opentelemetryAdapter: LibraryAdapter = {
  id: 'opentelemetry',
  attach(recorder) {
    spansOf(recorder).look()
    return closing(recorder)
  },
  look: recorder => spansOf(recorder).look(),
  /** A provider, a tracer or an SDK; `registerInstrumentations` gives a function, and has been looked behind by then. */
  observe(recorder, { value }) {
    const spans = spansOf(recorder)
    const isKnown = typeof value === 'function' || spans.watchProvider(value) || spans.watchTracer(value) || spans.watchSdk(value)
    return isKnown ? nothing : undefined
  },
}

export const observe: Observe = registerLibrary(opentelemetryAdapter, 'opentelemetry')
