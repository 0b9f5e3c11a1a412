import type { CollectorAddress } from '@hindscope/protocol'

export interface RecordedApp {
  readonly appUrl: string
  readonly uiUrl: string
  readonly collector: CollectorAddress
  /** Last words of the program that ended by itself. */
  readonly ended: Promise<string>
  close(): Promise<void>
}
export interface StartOptions {
  readonly dataDir: string
  readonly pagePort?: number
  readonly apiPort?: number
  readonly onLine?: (line: string) => void
}
export declare function startShop(options: StartOptions): Promise<RecordedApp>
export declare function startTasks(options: StartOptions & { readonly databaseUrl: string }): Promise<RecordedApp>
/** Builds the app, and starts its one program, which is page and API. */
export declare function startNotes(options: StartOptions & { readonly collector: CollectorAddress }): Promise<RecordedApp>
/** Brokers are there already. */
export declare function startOrders(
  options: StartOptions & { readonly collector: CollectorAddress; readonly natsUrl: string; readonly redisUrl: string },
): Promise<RecordedApp>
export declare function startPolls(options: StartOptions & { readonly collector: CollectorAddress }): Promise<RecordedApp>
export declare function uiUrl(collector: CollectorAddress, hash?: string): string
