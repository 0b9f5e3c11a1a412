/** The engine as the UI asks it: the protocol's TraceEngine, cancellable, and with failures as values instead of exceptions. */
import type { EngineMethod, TraceEngine } from '@hindscope/protocol'
import type { Result } from './failure.ts'

export type QueryOf<M extends EngineMethod> = Parameters<TraceEngine[M]> extends [infer Q] ? Q : Record<string, never>
export type AnswerOf<M extends EngineMethod> = Awaited<ReturnType<TraceEngine[M]>>

export interface EngineClient {
  /** Never rejects. An aborted ask never settles: nobody waits for it any more. */
  ask<M extends EngineMethod>(method: M, query: QueryOf<M>, signal?: AbortSignal): Promise<Result<AnswerOf<M>>>
}
