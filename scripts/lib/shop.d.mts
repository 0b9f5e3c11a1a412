import type { CollectorAddress } from '@hindscope/protocol'

export interface RecordedShop {
  readonly appUrl: string
  readonly uiUrl: string
  readonly collector: CollectorAddress
  /** Last words of the program that ended by itself. */
  readonly ended: Promise<string>
  close(): Promise<void>
}
export declare function startShop(options: {
  readonly dataDir: string
  readonly pagePort?: number
  readonly apiPort?: number
  readonly onLine?: (line: string) => void
}): Promise<RecordedShop>
export declare function uiUrl(collector: CollectorAddress, hash?: string): string
