/**
 * Many manifests in one file, `<name>.pack`: a line of JSON, [module key, bytes] for each manifest in order, then the manifests' JSON texts
 * (UTF-8) behind one another. A pack is written whole and never changed, so a reader keeps what its first line said.
 */
export type PackedSizes = readonly (readonly [key: string, bytes: number])[]

export interface PackedPlace {
  /** Offset in the file, in bytes. */
  readonly start: number
  readonly bytes: number
}

export const PACK_EXTENSION = '.pack'

export const packHeader = (sizes: PackedSizes): string => `${JSON.stringify(sizes)}\n`

/** Where each manifest lies. `line` is the first line of the file, `start` the offset behind it; undefined when this is no pack. */
export function readPackHeader(line: string, start: number): Map<string, PackedPlace> | undefined {
  const sizes = tryParse(line)
  if (!Array.isArray(sizes)) return undefined
  const places = new Map<string, PackedPlace>()
  let at = start
  for (const entry of sizes as unknown[]) {
    if (!isSize(entry)) return undefined
    places.set(entry[0], { start: at, bytes: entry[1] })
    at += entry[1]
  }
  return places
}

function tryParse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // SAFE: no pack, or half of one; the caller has no manifest then and shows probe numbers.
    return undefined
  }
}

const isSize = (entry: unknown): entry is PackedSizes[number] => {
  if (!Array.isArray(entry)) return false
  const [key, bytes] = entry as unknown[]
  return typeof key === 'string' && typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0
}
