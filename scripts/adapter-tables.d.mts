interface TableInputs {
  /** docs/adapters.md as it is. */
  readonly page: string
  readonly libraries: Readonly<Record<string, { readonly adapter: string; readonly exports: readonly string[]; readonly values?: readonly string[] }>>
  /** Adapter and the comment at the head of its file. */
  readonly heads: readonly (readonly [adapter: string, head: string | undefined])[]
  readonly installed: readonly { readonly name: string; readonly version: string }[]
  /** Of `runtime/adapters` in bench/results.json. */
  readonly rows: readonly { readonly variant: Readonly<Record<string, string>>; readonly figures: { readonly us: { readonly min: number } } }[]
  readonly operations: Readonly<Record<string, string>>
}

export function readInputs(): Promise<TableInputs>
/** The page with its tables written anew; throws where an adapter's statements do not hold. */
export function composePage(inputs: TableInputs): string
