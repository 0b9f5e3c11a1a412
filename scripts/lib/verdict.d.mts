import type { SessionSummary } from '@hindscope/protocol'
import type { Chain } from './trace-tree.mjs'

export declare function judge(session: SessionSummary, chains: readonly Chain[]): readonly string[]
export declare function isClickToSql(chain: Chain, session: SessionSummary): boolean
