/** What readers set for themselves; kept in this browser, never in links. */
import { effect, signal } from '@preact/signals-core'
import type { Signal } from '@preact/signals-core'
import { readStored, writeStored } from './browser-store.ts'
import { readOwnKeys } from './own-keys.ts'
import type { OwnKeys } from './own-keys.ts'

export const DENSITIES = ['compact', 'comfortable'] as const
export type Density = (typeof DENSITIES)[number]

export interface Settings {
  readonly density: Signal<Density>
  /** Keys that are one sign: letters, digits, punctuation. */
  readonly letterKeys: Signal<boolean>
  /** Keys that the reader gave to commands. */
  readonly ownKeys: Signal<OwnKeys>
  /** Address of a place in the reader's editor; see editorLink. */
  readonly editor: Signal<string>
  /** Folder of the project on this machine, for addresses that want whole paths. */
  readonly projectFolder: Signal<string>
  /** Name under notes; may be empty. */
  readonly author: Signal<string>
}

export const EDITORS: readonly { readonly name: string; readonly template: string }[] = [
  { name: 'VS Code', template: 'vscode://file/{folder}/{file}:{line}:{column}' },
  { name: 'Cursor', template: 'cursor://file/{folder}/{file}:{line}:{column}' },
  { name: 'JetBrains', template: 'jetbrains://open?file={folder}/{file}&line={line}' },
  { name: 'Zed', template: 'zed://file/{folder}/{file}:{line}:{column}' },
]
const KEY = 'hindscope.settings.1'
const MOST_TEXT = 500

interface Stored {
  readonly density?: unknown
  readonly letterKeys?: unknown
  readonly ownKeys?: unknown
  readonly editor?: unknown
  readonly projectFolder?: unknown
  readonly author?: unknown
}

const textOf = (value: unknown, fallback: string): string => (typeof value === 'string' && value.length <= MOST_TEXT ? value : fallback)

export function createSettings(): Settings {
  const old = (readStored(KEY) ?? {}) as Stored // SAFE: every field is checked
  const settings: Settings = {
    density: signal(DENSITIES.find(density => density === old.density) ?? 'compact'),
    letterKeys: signal(old.letterKeys !== false),
    ownKeys: signal(readOwnKeys(old.ownKeys)),
    editor: signal(textOf(old.editor, EDITORS[0]?.template ?? '')),
    projectFolder: signal(textOf(old.projectFolder, '')),
    author: signal(textOf(old.author, '')),
  }
  effect(() => {
    const { density, letterKeys, ownKeys, editor, projectFolder, author } = settings
    const now: Stored = {
      density: density.value,
      letterKeys: letterKeys.value,
      ownKeys: ownKeys.value,
      editor: editor.value,
      projectFolder: projectFolder.value,
      author: author.value,
    }
    writeStored(KEY, now)
  })
  return settings
}

export interface FilePlace {
  readonly file: string
  readonly line: number
  readonly column?: number
}

export type EditorLink =
  | { readonly kind: 'link'; readonly href: string }
  /** The template names something that is not set. */
  | { readonly kind: 'needs-folder' }
  | { readonly kind: 'refused'; readonly reason: string }

/** Schemes that run something in the page instead of opening an editor. */
const REFUSED = new Set(['javascript', 'data', 'vbscript', 'blob', 'file'])

/** The template with the place in it: {folder}, {file}, {line} and {column}, both counted from 1. */
export function editorLink(template: string, folder: string, { file, line, column }: FilePlace): EditorLink {
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(template)?.[1]?.toLowerCase()
  if (scheme === undefined) return { kind: 'refused', reason: 'the address of the editor has no scheme, such as vscode:' }
  if (REFUSED.has(scheme)) return { kind: 'refused', reason: `addresses with ${scheme}: are not opened` }
  const isWhole = file.startsWith('/') || /^[a-z]:[\\/]/i.test(file)
  if (template.includes('{folder}') && !isWhole && folder.trim() === '') return { kind: 'needs-folder' }
  const encode = (text: string): string => encodeURI(text.replaceAll('\\', '/')).replace(/[?#&]/g, encodeURIComponent)
  const path = encode(file.replace(/^\/+/, ''))
  const base = encode(folder.trim().replace(/^\/+|[\\/]+$/g, ''))
  const href = template
    .replaceAll(isWhole ? /\{folder\}\/?/g : '{folder}', isWhole ? '' : base)
    .replaceAll('{file}', path)
    .replaceAll('{line}', String(line))
    .replaceAll('{column}', String((column ?? 0) + 1))
  return { kind: 'link', href }
}
