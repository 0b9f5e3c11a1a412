import type { CallNode, RealmKindName, SessionSummary } from '@hindscope/protocol'
import type { TraceClient } from './trace-client.mjs'

export interface Branch {
  readonly node: CallNode
  readonly children: readonly Branch[]
}
export interface Chain {
  readonly tree: Branch
  readonly size: number
  readonly isWhole: boolean
  readonly tracks: ReadonlySet<number>
  readonly hasError: boolean
  readonly nodes: readonly CallNode[]
}
export declare function readChains(client: TraceClient, session: SessionSummary, realmKind?: RealmKindName): Promise<readonly Chain[]>
export declare function formatChains(chains: readonly Chain[], session: SessionSummary, options?: { readonly maxLines?: number }): readonly string[]
