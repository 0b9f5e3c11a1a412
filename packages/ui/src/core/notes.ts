/**
 * Notes: what people write about moments of a session. The collector keeps them beside the session; where nothing can be written (a file, a
 * server of trace files, no connection) they stay in this browser, and are sent along with the next note that can be written.
 */
import { batch, computed, effect, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import type { AnnotationDraft, AnnotationRow } from '@hindscope/protocol'
import type { ControlClient, EngineClient } from '../engine/engine-client.ts'
import type { Failure } from '../engine/failure.ts'
import { createResource, valueOf } from '../engine/resource.ts'
import type { Resource } from '../engine/resource.ts'
import { readStored, writeStored } from './browser-store.ts'
import { mergeNotes, orderAfterMove } from './note-list.ts'
import type { ViewModel } from './view-model.ts'

export interface Notes {
  /** What the engine knows of. */
  readonly known: Resource<readonly AnnotationRow[]>
  /** With those of this page, in their order. */
  readonly list: ReadonlySignal<readonly AnnotationRow[]>
  /** Why they are only in this browser; absent when they are not. */
  readonly refusal: ReadonlySignal<Failure | undefined>
  /** False when the browser does not keep them either. */
  readonly isKept: ReadonlySignal<boolean>
  add(note: Omit<AnnotationDraft, 'id' | 'order'>): string
  edit(id: string, text: string): void
  remove(id: string): void
  move(id: string, direction: 1 | -1): void
}

const keyOf = (session: string): string => `hindscope.notes.1.${session}`

function keptNotes(session: string): readonly AnnotationRow[] {
  const stored = readStored(keyOf(session))
  const isNote = (each: Partial<AnnotationRow> | null): boolean =>
    typeof each?.id === 'string' && typeof each.text === 'string' && Number.isFinite(each.atUs) && Number.isFinite(each.order)
  return Array.isArray(stored) ? (stored as AnnotationRow[]).filter(isNote) : [] // SAFE: what the page reads of a note is checked
}

export function createNotes(model: ViewModel, engine: EngineClient & ControlClient, tick: ReadonlySignal<number>): Notes {
  const { session } = model
  const known = createResource(
    () => (session.value === undefined ? undefined : { session: session.value, tick: tick.value }),
    ({ session: of }, aborted) => engine.ask('annotations', { session: of }, aborted),
    { keep: (a, b) => a.session === b.session },
  )
  /** Notes of this page that the engine is not known to have, and what it answered after the last writing. */
  const own = signal<{ readonly session: string; readonly notes: readonly AnnotationRow[]; readonly after?: readonly AnnotationRow[] } | undefined>(
    undefined,
  )
  const refusal = signal<Failure | undefined>(undefined)
  const isKept = signal(true)
  const list = computed(() => {
    const of = own.value
    return of === undefined || of.session !== session.value ? [] : mergeNotes(of.after ?? valueOf(known.state.value) ?? [], of.notes)
  })
  effect(() => {
    const of = session.value
    refusal.value = undefined
    own.value = of === undefined ? undefined : { session: of, notes: keptNotes(of) }
  })
  effect(() => {
    // What it answers now is newer than what it answered after writing.
    if (known.state.value.status !== 'ready') return
    const of = own.peek()
    if (of?.after !== undefined) own.value = { session: of.session, notes: of.notes }
  })

  const keep = (of: string, notes: readonly AnnotationRow[]): void => {
    isKept.value = writeStored(keyOf(of), notes.length === 0 ? undefined : notes)
  }
  async function write(changed: readonly AnnotationRow[]): Promise<void> {
    const before = own.peek()
    if (before === undefined) return
    const ids = new Set(changed.map(({ id }) => id))
    const sent = [...before.notes.filter(({ id }) => !ids.has(id)), ...changed]
    own.value = { ...before, notes: sent }
    keep(before.session, sent)
    const result = await engine.order('annotate', { session: before.session, annotations: sent.map(draftOf) })
    if (!result.ok) {
      if (own.peek()?.session === before.session) refusal.value = result.failure
      return
    }
    const answer = await engine.ask('annotations', { session: before.session })
    const now = own.peek()
    const left = now?.session === before.session ? now.notes.filter(note => !sent.includes(note)) : []
    keep(before.session, left)
    if (now?.session !== before.session || !answer.ok) return
    batch(() => {
      refusal.value = undefined
      own.value = { session: before.session, notes: left, after: answer.value }
    })
  }
  const change = (id: string, patch: Partial<AnnotationRow>): void => {
    const note = list.peek().find(each => each.id === id)
    if (note !== undefined) void write([{ ...note, ...patch, writtenMs: Math.max(Date.now(), note.writtenMs + 1) }])
  }

  return {
    known,
    list,
    refusal,
    isKept,
    add(note) {
      const id = crypto.randomUUID()
      void write([{ ...note, id, order: note.atUs, writtenMs: Date.now() }])
      return id
    },
    edit: (id, text) => change(id, { text }),
    remove: id => change(id, { text: '' }),
    move(id, direction) {
      const notes = list.peek()
      const order = orderAfterMove(
        notes,
        notes.findIndex(note => note.id === id),
        direction,
      )
      if (order !== undefined) change(id, { order })
    },
  }
}

function draftOf({ writtenMs: _writtenMs, ...draft }: AnnotationRow): AnnotationDraft {
  return draft
}
