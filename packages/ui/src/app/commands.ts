/** Every command once: its keys, its words, what it does. The key listener, the help and the tooltips read this table. */
import { walkPlaces } from '../core/browser-location.ts'
import { commandOfKey, shownKeys } from '../core/own-keys.ts'
import type { Settings } from '../core/settings.ts'
import { toggleAxis } from '../core/timeline-axis.ts'
import { LEFT_TABS, SCREEN_TABS } from '../core/view-state.ts'
import type { ScreenTab } from '../core/view-state.ts'
import { bookmarkMoment } from './bookmark.ts'
import type { App } from './context.ts'
import { pickFiles } from './open-files.ts'
import { copyLink, copyPrompt } from './sharing.ts'

export interface Command {
  readonly id: string
  readonly words: string
  /** As shown; the first is also what tooltips show. */
  readonly keys: readonly string[]
  readonly matches: (event: KeyboardEvent) => boolean
  readonly run: (app: App) => void
  /** Its keys work in text fields too. */
  readonly anywhere?: true
}

type Modifiers = 'none' | 'shift' | 'alt'
const modifiersOf = (event: KeyboardEvent): string =>
  [event.altKey && 'alt', event.ctrlKey && 'ctrl', event.metaKey && 'meta', event.shiftKey && 'shift'].filter(Boolean).join('+') || 'none'

/** By the letter that the key writes; F keys and arrows by name. */
const key =
  (name: string, modifiers: Modifiers = 'none') =>
  (event: KeyboardEvent): boolean =>
    event.key.toLowerCase() === name.toLowerCase() && modifiersOf(event) === modifiers
/** Signs may need Shift on some keyboards, so it does not matter for them. */
const sign =
  (text: string) =>
  (event: KeyboardEvent): boolean =>
    event.key === text && !event.altKey && !event.ctrlKey && !event.metaKey
/** Control, or Command on a Mac. */
const mod =
  (name: string) =>
  (event: KeyboardEvent): boolean =>
    event.key.toLowerCase() === name && ['ctrl', 'meta'].includes(modifiersOf(event))
const any =
  (...tests: ((event: KeyboardEvent) => boolean)[]) =>
  (event: KeyboardEvent): boolean =>
    tests.some(test => test(event))

const PANELS = [
  '.timeline',
  '.left-pane [role=tab][aria-selected=true]',
  '.source-panel select',
  '.right-pane [role=tab][aria-selected=true]',
  '.status-bar button:enabled',
]

function focusPanel(delta: number): void {
  const elements = PANELS.map(selector => document.querySelector<HTMLElement>(selector)).filter(
    element => element !== null && element.offsetParent !== null,
  )
  const sections = ['.timeline', '.left-pane', '.source-panel', '.right-pane', '.status-bar']
  const at = elements.findIndex(element => sections.some(section => element?.closest(section)?.contains(document.activeElement)))
  elements[(at + delta + elements.length) % elements.length]?.focus()
}

/** Space presses what has the focus, where that can be pressed. */
const isPressable = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button, a, summary, [role=button], [role=tab], [role=option], [role=treeitem]') !== null
const playKey = (event: KeyboardEvent): boolean => event.key === ' ' && modifiersOf(event) === 'none' && !isPressable(event.target)

const SCREEN_COMMANDS: Readonly<Record<ScreenTab, { readonly words: string; readonly key: string; readonly code: string }>> = {
  health: { words: 'Health of the session', key: 'Alt+H', code: 'KeyH' },
  size: { words: 'What the trace is made of', key: 'Alt+Z', code: 'KeyZ' },
  performance: { words: 'Performance of the session', key: 'Alt+P', code: 'KeyP' },
  compare: { words: 'Compare with another session', key: 'Alt+C', code: 'KeyC' },
  settings: { words: 'Settings', key: 'Alt+S', code: 'KeyS' },
}

export const COMMANDS: readonly Command[] = [
  { id: 'next', words: 'Next event', keys: ['.', '→'], matches: any(sign('.'), key('ArrowRight')), run: ({ bench }) => void bench.step('next') },
  {
    id: 'previous',
    words: 'Previous event',
    keys: [',', '←'],
    matches: any(sign(','), key('ArrowLeft')),
    run: ({ bench }) => void bench.step('previous'),
  },
  { id: 'over', words: 'Step over', keys: ['J', 'F10'], matches: any(key('j'), key('F10')), run: ({ bench }) => void bench.step('over') },
  {
    id: 'back',
    words: 'Step over, backwards',
    keys: ['K', 'Shift+F10'],
    matches: any(key('k'), key('F10', 'shift')),
    run: ({ bench }) => void bench.step('back'),
  },
  { id: 'into', words: 'Step into', keys: ['I', 'F11'], matches: any(key('i'), key('F11')), run: ({ bench }) => void bench.step('into') },
  { id: 'out', words: 'Step out', keys: ['O', 'Shift+F11'], matches: any(key('o'), key('F11', 'shift')), run: ({ bench }) => void bench.step('out') },
  { id: 'next-error', words: 'Next error', keys: ['E'], matches: key('e'), run: ({ bench }) => void bench.step('next-error') },
  {
    id: 'previous-error',
    words: 'Previous error',
    keys: ['Shift+E'],
    matches: key('e', 'shift'),
    run: ({ bench }) => void bench.step('previous-error'),
  },
  { id: 'next-hit', words: 'Next call of this function', keys: ['N'], matches: key('n'), run: ({ bench }) => void bench.step('next-hit') },
  {
    id: 'previous-hit',
    words: 'Previous call of this function',
    keys: ['P'],
    matches: key('p'),
    run: ({ bench }) => void bench.step('previous-hit'),
  },
  {
    id: 'next-line',
    words: 'Next execution of this line',
    keys: ['Shift+N'],
    matches: key('n', 'shift'),
    run: ({ bench }) => void bench.step('next-line'),
  },
  {
    id: 'previous-line',
    words: 'Previous execution of this line',
    keys: ['Shift+P'],
    matches: key('p', 'shift'),
    run: ({ bench }) => void bench.step('previous-line'),
  },
  {
    id: 'next-write',
    words: 'Next write of this variable or property',
    keys: ['W'],
    matches: key('w'),
    run: ({ bench }) => void bench.step('next-write'),
  },
  {
    id: 'previous-write',
    words: 'Previous write of this variable or property',
    keys: ['Shift+W'],
    matches: key('w', 'shift'),
    run: ({ bench }) => void bench.step('previous-write'),
  },
  { id: 'first', words: 'First event', keys: ['Shift+,'], matches: sign('<'), run: ({ bench }) => void bench.step('first') },
  { id: 'last', words: 'Last event', keys: ['Shift+.'], matches: sign('>'), run: ({ bench }) => void bench.step('last') },
  {
    id: 'history-back',
    words: 'Back to where you were',
    keys: ['Alt+←'],
    matches: key('ArrowLeft', 'alt'),
    run: ({ bench }) => walkPlaces(bench.model, -1),
  },
  {
    id: 'history-forward',
    words: 'Forward again',
    keys: ['Alt+→'],
    matches: key('ArrowRight', 'alt'),
    run: ({ bench }) => walkPlaces(bench.model, 1),
  },
  { id: 'filter', words: 'Filter', keys: ['/'], matches: sign('/'), run: () => document.querySelector<HTMLElement>('#filter-text')?.focus() },
  {
    id: 'palette',
    words: 'Go to anything, search, run a command',
    keys: ['Ctrl+K', '⌘K'],
    matches: mod('k'),
    run: ({ layout }) => (layout.palette.value = ''),
    anywhere: true,
  },
  { id: 'follow', words: 'Follow the live end', keys: ['L'], matches: key('l'), run: ({ bench }) => (bench.follow.value = !bench.follow.peek()) },
  {
    id: 'lists',
    words: 'Fold the lists',
    keys: ['Q'],
    matches: key('q'),
    run: ({ layout }) => (layout.leftFolded.value = !layout.leftFolded.peek()),
  },
  { id: 'panel-next', words: 'Next panel', keys: ['F6'], matches: key('F6'), run: () => focusPanel(1) },
  { id: 'panel-previous', words: 'Previous panel', keys: ['Shift+F6'], matches: key('F6', 'shift'), run: () => focusPanel(-1) },
  ...LEFT_TABS.map((tab, i): Command => ({
    id: `list-${tab}`,
    words: `Show ${tab}`,
    // There are nine digits to press.
    keys: i < 9 ? [String(i + 1)] : [],
    matches: key(String(i + 1)),
    run: ({ bench }) => bench.model.adjust({ left: tab }),
  })),
  { id: 'open-file', words: 'Open a file', keys: ['Ctrl+O', '⌘O'], matches: mod('o'), run: ({ page }) => pickFiles(page) },
  { id: 'play', words: 'Play, pause', keys: ['Space'], matches: playKey, run: ({ bench }) => bench.playback.toggle() },
  {
    id: 'reverse',
    words: 'Play backwards or forwards',
    keys: ['Shift+Space'],
    matches: event => event.key === ' ' && modifiersOf(event) === 'shift' && !isPressable(event.target),
    run: ({ bench: { playback } }) => (playback.direction.value = playback.direction.peek() === 1 ? -1 : 1),
  },
  { id: 'axis', words: 'Timeline by time or by sequence', keys: ['T'], matches: key('t'), run: ({ bench }) => toggleAxis(bench) },
  { id: 'note', words: 'Note this moment', keys: ['M'], matches: key('m'), run: bookmarkMoment },
  { id: 'copy-link', words: 'Copy a link to this moment', keys: ['Y'], matches: key('y'), run: ({ bench }) => void copyLink(bench) },
  {
    id: 'copy-prompt',
    words: 'Copy this moment as a prompt',
    keys: ['Shift+Y'],
    matches: key('y', 'shift'),
    run: ({ bench }) => void copyPrompt(bench),
  },
  ...SCREEN_TABS.map((screen): Command => ({
    id: `screen-${screen}`,
    words: SCREEN_COMMANDS[screen].words,
    keys: [SCREEN_COMMANDS[screen].key],
    // By its place on the keyboard: with Alt some keyboards write other signs.
    matches: event => event.code === SCREEN_COMMANDS[screen].code && modifiersOf(event) === 'alt',
    run: ({ bench }) => bench.model.adjust({ screen }),
  })),
  { id: 'help', words: 'Keys', keys: ['?'], matches: sign('?'), run: ({ layout }) => (layout.help.value = !layout.help.peek()) },
  {
    id: 'clear',
    words: 'Clear the range',
    keys: ['Esc'],
    matches: key('Escape'),
    run: ({ bench }) => bench.model.view.peek().range && bench.model.commit({ range: undefined }),
  },
]

const byId: ReadonlyMap<string, Command> = new Map(COMMANDS.map(command => [command.id, command]))
/** The keys that a command has now, for tooltips. */
export function keysOf(id: string, { ownKeys }: Settings): string {
  const command = byId.get(id)
  return command === undefined ? '' : shownKeys(command, ownKeys.value).join(' ')
}

/** Letters, digits, punctuation: what speech input and shaking hands press without meaning it. Space is none. */
const isSign = (event: KeyboardEvent): boolean => event.key.length === 1 && event.key !== ' ' && !event.altKey && !event.ctrlKey && !event.metaKey

/** Keys of the workbench; text fields and open dialogs keep theirs. */
export function listenToKeys(app: App): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement | null // SAFE: key events are sent to elements.
    const isTyping = target?.closest('input, select, textarea, dialog') !== null && target !== document.body
    if (event.defaultPrevented) return
    if (!app.settings.letterKeys.peek() && isSign(event)) return
    const command = commandOfKey(COMMANDS, app.settings.ownKeys.peek(), event)
    if (!command) return
    const isFree = !isTyping || event.altKey || event.key === 'F6' || (command.anywhere === true && target?.closest('dialog') === null)
    if (!isFree) return
    event.preventDefault()
    command.run(app)
  }
  window.addEventListener('keydown', onKey)
  return () => window.removeEventListener('keydown', onKey)
}
