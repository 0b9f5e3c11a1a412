/**
 * The only importer of CodeMirror. A read-only view of one file with four layers over it: hit counts in the gutter, the selected
 * function's range, the current line, and inline values at line ends. Loaded after the timeline has painted.
 */
import { javascript } from '@codemirror/lang-javascript'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state'
import type { Extension, Range } from '@codemirror/state'
import { Decoration, EditorView, GutterMarker, WidgetType, drawSelection, gutter, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import type { DecorationSet } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { EventRef, LineHits, SourceRange } from '@hindscope/protocol'
import type { InlineValue } from '../core/inline-values.ts'
import { formatCount, formatExact } from '../core/time-text.ts'

export interface Annotations {
  readonly hits: readonly LineHits[]
  /** Lines with statements that no recorded call reached. */
  readonly unreached: readonly number[]
  readonly range?: SourceRange | undefined
  readonly line?: number | undefined
  readonly inline: ReadonlyMap<number, readonly InlineValue[]>
  /** Lines with logpoints. */
  readonly logged: ReadonlySet<number>
}

export interface SourceEditor {
  show(path: string, text: string): void
  annotate(annotations: Annotations, scroll: boolean): void
  /** Asks for a logpoint on the line that the caret is on. */
  askLogpoint(): void
  destroy(): void
}

export interface EditorEvents {
  readonly onValue: (ref: EventRef) => void
  readonly onHits: (line: number, anchor: DOMRect) => void
  readonly onLogpoint: (line: number, anchor: Pick<DOMRect, 'left' | 'bottom'>) => void
}

const NONE: Annotations = { hits: [], unreached: [], inline: new Map(), logged: new Set() }
const setAnnotations = StateEffect.define<Annotations>()

const annotationsField = StateField.define<Annotations>({
  create: () => NONE,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setAnnotations)) return effect.value
    return value
  },
})

class InlineWidget extends WidgetType {
  private readonly values: readonly InlineValue[]
  private readonly onValue: EditorEvents['onValue']

  constructor(values: readonly InlineValue[], onValue: EditorEvents['onValue']) {
    super()
    this.values = values
    this.onValue = onValue
  }

  override eq(other: InlineWidget): boolean {
    return JSON.stringify(this.values) === JSON.stringify(other.values)
  }

  toDOM(): HTMLElement {
    const box = document.createElement('span')
    box.className = 'inline-values'
    for (const value of this.values) {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = `inline-value inline-${value.tone}${value.later ? ' inline-later' : ''}${value.current ? ' inline-current' : ''}`
      button.textContent = value.times > 1 ? `${value.text} ×${value.times}` : value.text
      button.title = value.later ? 'happens later in this call; click to go there' : 'click to go there'
      button.dataset['testid'] = 'inline-value'
      button.onclick = () => this.onValue(value.ref)
      box.append(button)
    }
    return box
  }

  override ignoreEvent(): boolean {
    return true
  }
}

class HitMarker extends GutterMarker {
  private readonly hits: LineHits

  constructor(hits: LineHits) {
    super()
    this.hits = hits
  }

  override eq(other: HitMarker): boolean {
    return this.hits.count === other.hits.count && this.hits.errors === other.hits.errors && this.hits.line === other.hits.line
  }

  override toDOM(): HTMLElement {
    const { count, errors, line } = this.hits
    const mark = document.createElement('span')
    const strength = Math.min(4, 1 + Math.floor(Math.log10(Math.max(1, count))))
    mark.className = `hit hit-${strength}${errors > 0 ? ' hit-error' : ''}`
    mark.textContent = `${errors > 0 ? '✕' : ''}${formatCount(count)}`
    mark.title = `Line ${line}: ${formatExact(count)} ${count === 1 ? 'time' : 'times'}${errors > 0 ? `, ${formatExact(errors)} errors` : ''}. Click for the list, or Enter on the line.`
    return mark
  }
}

class LogMarker extends GutterMarker {
  private readonly isLogged: boolean

  constructor(isLogged: boolean) {
    super()
    this.isLogged = isLogged
  }

  override eq(other: LogMarker): boolean {
    return this.isLogged === other.isLogged
  }

  override toDOM(): HTMLElement {
    const mark = document.createElement('span')
    mark.className = this.isLogged ? 'log-mark log-mark-set' : 'log-mark'
    mark.textContent = this.isLogged ? '◆' : '+'
    mark.title = this.isLogged ? 'This line has a logpoint. Click to add another' : 'Log an expression at every execution of this line  (L)'
    return mark
  }
}

const LOGGED = new LogMarker(true)
const NOT_LOGGED = new LogMarker(false)

function logGutter(events: EditorEvents): Extension {
  return gutter({
    class: 'cm-logpoints',
    lineMarker: (view, block) => (view.state.field(annotationsField).logged.has(view.state.doc.lineAt(block.from).number) ? LOGGED : NOT_LOGGED),
    lineMarkerChange: update => update.transactions.some(({ effects }) => effects.some(effect => effect.is(setAnnotations))),
    domEventHandlers: {
      click(view, block, event) {
        const mark = (event.target as HTMLElement).closest('.cm-gutterElement') // SAFE: click targets inside the gutter are elements.
        if (mark) events.onLogpoint(view.state.doc.lineAt(block.from).number, mark.getBoundingClientRect())
        return mark !== null
      },
    },
  })
}

/** What a click on the count of the caret's line does; false where it has none. */
function listAtCaret(view: EditorView, events: EditorEvents): boolean {
  const line = view.state.doc.lineAt(view.state.selection.main.head)
  const isHit = view.state.field(annotationsField).hits.some(each => each.line === line.number && each.count + each.errors > 0)
  const at = view.coordsAtPos(line.from)
  if (isHit && at) events.onHits(line.number, new DOMRect(at.left, at.top, 0, at.bottom - at.top))
  return isHit
}

/** Where the caret is; the top of the editor while that line is out of sight. */
function askAtCaret(view: EditorView, events: EditorEvents): true {
  const { head } = view.state.selection.main
  const { left, top } = view.dom.getBoundingClientRect()
  events.onLogpoint(view.state.doc.lineAt(head).number, view.coordsAtPos(head) ?? { left: left + 60, bottom: top + 40 })
  return true
}

/** Positions are clamped: the recorded text may be another version than the one the ranges were made for. */
function decorate(state: EditorState, onValue: EditorEvents['onValue']): DecorationSet {
  const { range, line, inline, unreached } = state.field(annotationsField)
  const marks: Range<Decoration>[] = []
  const last = state.doc.lines
  if (range) {
    for (let n = range[0]; n <= Math.min(range[2], last); n++) marks.push(Decoration.line({ class: 'in-call' }).range(state.doc.line(n).from))
  }
  for (const n of unreached) if (n <= last) marks.push(Decoration.line({ class: 'unreached' }).range(state.doc.line(n).from))
  if (line !== undefined && line >= 1 && line <= last) marks.push(Decoration.line({ class: 'at-moment' }).range(state.doc.line(line).from))
  for (const [n, values] of inline) {
    if (n < 1 || n > last) continue
    marks.push(Decoration.widget({ widget: new InlineWidget(values, onValue), side: 1 }).range(state.doc.line(n).to))
  }
  return Decoration.set(marks, true)
}

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], class: 'tok-keyword' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: 'tok-string' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], class: 'tok-number' },
  { tag: [tags.comment], class: 'tok-comment' },
  { tag: [tags.typeName, tags.className, tags.namespace], class: 'tok-type' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.function(tags.definition(tags.variableName))],
    class: 'tok-function',
  },
  { tag: [tags.propertyName, tags.attributeName], class: 'tok-property' },
  { tag: [tags.tagName, tags.angleBracket], class: 'tok-tag' },
])

function hitGutter(events: EditorEvents): Extension {
  return gutter({
    class: 'cm-hits',
    lineMarker(view, block) {
      const number = view.state.doc.lineAt(block.from).number
      const hits = view.state.field(annotationsField).hits.find(({ line }) => line === number)
      return hits && hits.count + hits.errors > 0 ? new HitMarker(hits) : null
    },
    lineMarkerChange: update => update.transactions.some(({ effects }) => effects.some(effect => effect.is(setAnnotations))),
    domEventHandlers: {
      click(view, block, event) {
        const mark = (event.target as HTMLElement).closest('.hit') // SAFE: click targets inside the gutter are elements.
        if (mark) events.onHits(view.state.doc.lineAt(block.from).number, mark.getBoundingClientRect())
        return mark !== null
      },
    },
  })
}

export function createSourceEditor(parent: HTMLElement, events: EditorEvents): SourceEditor {
  const language = new Compartment()
  const label = new Compartment()
  const wrapping = new Compartment()
  const view = new EditorView({
    parent,
    state: EditorState.create({
      extensions: [
        hitGutter(events),
        logGutter(events),
        lineNumbers(),
        EditorState.readOnly.of(true),
        EditorView.editable.of(true),
        drawSelection(),
        annotationsField,
        EditorView.decorations.compute([annotationsField, 'doc'], state => decorate(state, events.onValue)),
        syntaxHighlighting(highlight),
        language.of(javascript({ jsx: true, typescript: true })),
        label.of([]),
        wrapping.of([]),
        keymap.of([
          { key: 'l', run: view => askAtCaret(view, events) },
          { key: 'Enter', run: view => listAtCaret(view, events) },
        ]),
        highlightActiveLine(),
      ],
    }),
  })
  let shown = ''
  return {
    show(path, text) {
      if (shown === path && view.state.doc.length === text.length && view.state.doc.toString() === text) return
      shown = path
      const typed = /\.(ts|tsx|mts|cts|vue|svelte)$/.test(path)
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        effects: [
          language.reconfigure(javascript({ jsx: !/\.[mc]?ts$/.test(path), typescript: typed })),
          label.reconfigure(EditorView.contentAttributes.of({ 'aria-label': `Source of ${path}`, 'aria-readonly': 'true' })),
          wrapping.reconfigure(hasOverlongLine(text) ? [] : EditorView.lineWrapping),
          setAnnotations.of(NONE),
        ],
      })
    },
    annotate(annotations, scroll) {
      const { line } = annotations
      const target = scroll && line !== undefined && line >= 1 && line <= view.state.doc.lines ? view.state.doc.line(line).from : undefined
      view.dispatch({
        // The caret waits where the moment is, for whoever comes into the text by keys.
        ...(target !== undefined && !view.hasFocus && { selection: { anchor: target } }),
        effects: [setAnnotations.of(annotations), ...(target === undefined ? [] : [scrollTo(view, target)])],
      })
    },
    askLogpoint: () => void askAtCaret(view, events),
    destroy: () => view.destroy(),
  }
}

/** The line stays where it is while a quarter of what is in view lies above and below it. */
function scrollTo(view: EditorView, position: number): StateEffect<unknown> {
  const { scrollTop, clientHeight } = view.scrollDOM
  const { top, bottom } = view.lineBlockAt(position)
  const isVisible = top >= scrollTop && bottom <= scrollTop + clientHeight
  return EditorView.scrollIntoView(position, { y: isVisible ? 'nearest' : 'center', yMargin: clientHeight / 4 })
}

/** Lines of bundles take seconds to wrap. */
const MOST_WRAPPED = 2000
const hasOverlongLine = (text: string): boolean => text.split('\n').some(line => line.length > MOST_WRAPPED)
