/** Places in the source as people paste them. */

/** `src/cart.ts:12:3`, also with what stacks put around it. */
export function parsePlace(text: string): { readonly file: string; readonly line?: number } | undefined {
  const trimmed = text
    .trim()
    .replace(/^at\s+(?:.*\()?/, '')
    .replace(/\)$/, '')
    .replace(/^(?:file|https?):\/\/(?:[^/]*)/, '')
  const match = /^(.+?)(?::(\d{1,9}))?(?::\d{1,9})?$/.exec(trimmed)
  if (!match?.[1]) return undefined
  const file = match[1].replace(/\?.*$/, '')
  return { file, ...(match[2] !== undefined && Number(match[2]) > 0 && { line: Number(match[2]) }) }
}
