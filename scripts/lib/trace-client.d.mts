import type { CallNode, CallTreeQuery, CollectorAddress, SessionSummary, TraceEngine } from '@hindscope/protocol'

type InSession<Method> = Method extends (query: infer Query) => infer Answer ? (query?: Omit<Query, 'session'>) => Answer : never

/** The query API with the collector's own session filled in. */
export type TraceClient = { readonly [Name in keyof TraceEngine]: InSession<TraceEngine[Name]> }
export declare function createTraceClient(collector: CollectorAddress): TraceClient
export declare function waitUntilQuiet(client: TraceClient, limitMs?: number): Promise<SessionSummary>
export declare function allNodes(client: TraceClient, query: Omit<CallTreeQuery, 'session'>): Promise<readonly CallNode[]>
