/** What a cursor carries of the query that it was given for. */

/** FNV-1a: the same key gives the same few characters. */
export function cursorMark(key: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(36)
}
