/** The real engine in process behind the client's interface, failures as the page gets them over HTTP. */
import { HindscopeError } from '@hindscope/protocol'
import { askEngine, createEngine, createTraceModel } from '@hindscope/store/model'
import type { TraceBuilder } from '@hindscope/testkit'
import type { EngineClient } from '../src/engine/engine-client.ts'
import { failWith, succeed } from '../src/engine/failure.ts'

export interface RealClient extends EngineClient {
  /** Methods in the order in which they were asked. */
  readonly asked: string[]
}

export function realClient(builder: TraceBuilder): RealClient {
  const engine = createEngine(createTraceModel(builder.chunks()).stores)
  const asked: string[] = []
  return {
    asked,
    async ask(method, query) {
      asked.push(method)
      try {
        return succeed((await askEngine(engine, method, query)) as never)
      } catch (error) {
        return error instanceof HindscopeError
          ? { ok: false, failure: { code: error.code, message: error.message, fix: error.fix } }
          : failWith('ui-no-trace', {})
      }
    },
  }
}
