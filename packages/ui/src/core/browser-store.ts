/** What this browser keeps for the page. Storage is blocked in some frames: then it lasts as long as the page. */

/** Undefined when there is nothing, or nothing that can be read. */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') ?? undefined
  } catch {
    return undefined // SAFE: unreadable is worth as much as absent.
  }
}

/** False when it could not be kept. Undefined takes it away. */
export function writeStored(key: string, value: unknown): boolean {
  try {
    if (value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false // SAFE: the caller says so.
  }
}
