export declare const NODE_RANGE: string
export declare function requireNode(version?: string): void
