/** The engine as the UI asks it: the protocol's TraceEngine, cancellable, and with failures as values instead of exceptions. */
import type { ControlMethod, EngineMethod, HostHealth, SessionControl, TraceEngine } from '@hindscope/protocol'
import type { Result } from './failure.ts'

export type QueryOf<M extends EngineMethod> = Parameters<TraceEngine[M]> extends [infer Q, ...unknown[]] ? Q : Record<string, never>
export type AnswerOf<M extends EngineMethod> = Awaited<ReturnType<TraceEngine[M]>>

export interface EngineClient {
  /** Never rejects. An aborted ask never settles: nobody waits for it any more. */
  ask<M extends EngineMethod>(method: M, query: QueryOf<M>, signal?: AbortSignal): Promise<Result<AnswerOf<M>>>
}

export interface ControlClient {
  /** What only a collector that records can do; a failure elsewhere. */
  order<M extends ControlMethod>(method: M, query: Parameters<SessionControl[M]>[0]): Promise<Result<Awaited<ReturnType<SessionControl[M]>>>>
  /** How the server is; nothing of a server says so by an empty answer. */
  health(signal?: AbortSignal): Promise<Result<HostHealth>>
}
