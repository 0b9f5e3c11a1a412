/** Keys that readers gave to commands themselves: a text for each, as it is shown. */

/** By the id of a command; an empty text takes its keys away. */
export type OwnKeys = Readonly<Record<string, string>>

const NAMES: Readonly<Record<string, string>> = { ' ': 'Space', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' }
const MODIFIERS: ReadonlySet<string> = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified'])
const MOST_KEYS = 200
const MOST_TEXT = 40

/** What was pressed: `Ctrl+Shift+P`, `E`, `/`. Signs may need Shift on some keyboards, so it is not told for them. Undefined for a modifier alone. */
export function keyText(event: Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): string | undefined {
  const { key } = event
  if (MODIFIERS.has(key)) return undefined
  const isSign = key.length === 1 && key !== ' ' && key.toLowerCase() === key.toUpperCase()
  const parts = [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && !isSign && 'Shift', event.metaKey && '⌘']
  return [...parts.filter(part => part !== false), NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)].join('+')
}

/** What was stored, without what is none. */
export function readOwnKeys(stored: unknown): OwnKeys {
  if (typeof stored !== 'object' || stored === null) return {}
  const texts = Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= MOST_TEXT)
  return Object.fromEntries(texts.slice(0, MOST_KEYS))
}

/** The command that a key is for: one that was given it, else one that has it from the start and kept it. */
export function commandOfKey<T extends { readonly id: string; readonly matches: (event: KeyboardEvent) => boolean }>(
  commands: readonly T[],
  own: OwnKeys,
  event: KeyboardEvent,
): T | undefined {
  const text = keyText(event)
  return (
    commands.find(({ id }) => own[id] === text && text !== undefined) ?? commands.find(({ id, matches }) => own[id] === undefined && matches(event))
  )
}

export const shownKeys = ({ id, keys }: { readonly id: string; readonly keys: readonly string[] }, own: OwnKeys): readonly string[] => {
  const text = own[id]
  return text === undefined ? keys : text === '' ? [] : [text]
}
