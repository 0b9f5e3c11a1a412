export declare const CHROMIUM_ARGS: readonly string[]
export declare function findChromium(env?: Readonly<Record<string, string | undefined>>): string | undefined
export declare function ensureChromium(options?: {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly onProgress?: (line: string) => void
}): Promise<string>
