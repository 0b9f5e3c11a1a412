/** What people wrote about moments of this session. */
import type { AnnotationRow } from '@hindscope/protocol'
import { formatRef } from '@hindscope/protocol'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { VNode } from 'preact'
import { useApp } from '../app/context.ts'
import { copyText, linkTo, saveText } from '../app/sharing.ts'
import { bookmarkMoment } from '../app/bookmark.ts'
import { notesMarkdown } from '../core/note-list.ts'
import { formatClock, formatExact } from '../core/time-text.ts'
import { NO_FILTER } from '../core/view-state.ts'
import { sameRef } from '../core/moment.ts'
import { valueOf } from '../engine/resource.ts'
import { Icon } from '../widgets/icon.tsx'
import { IconButton } from '../widgets/icon-button.tsx'
import { Empty, FailureView, Skeleton } from '../widgets/states.tsx'

/** Notes have heights of their own: more of them come when somebody asks. */
const PAGE = 100

export function NotesPanel(): VNode {
  const app = useApp()
  const { notes, model } = app.bench
  const [shown, setShown] = useState(PAGE)
  const list = notes.list.value
  const { status } = notes.known.state.value
  const failure = notes.known.state.value.status === 'failed' ? notes.known.state.value.failure : undefined
  const hasMoment = model.moment.value !== undefined
  return (
    <div class="notes" data-testid="panel-notes">
      <div class="notes-bar" role="group" aria-label="Notes">
        <button type="button" class="button" disabled={!hasMoment} onClick={() => bookmarkMoment(app)}>
          Note this moment <kbd>M</kbd>
        </button>
        {list.length > 0 && <ExportButtons notes={list} />}
      </div>
      <Refusal />
      {failure && <FailureView failure={failure} retry={notes.known.reload} />}
      {list.length === 0 && status === 'loading' && <Skeleton label="notes" />}
      {list.length === 0 && status !== 'loading' && !failure && (
        <Empty title="No notes yet" {...(hasMoment && { action: { label: 'Note this moment', run: () => bookmarkMoment(app) } })}>
          M notes the moment that is shown. Notes stay with the session, and go with it when it is exported.
        </Empty>
      )}
      {list.length > 0 && (
        <ol class="note-list" aria-label="Notes">
          {list.slice(0, shown).map((note, index) => (
            <Note key={note.id} note={note} index={index} count={list.length} />
          ))}
        </ol>
      )}
      {list.length > shown && (
        <button type="button" class="button notes-more" onClick={() => setShown(shown + PAGE)}>
          Show more of {formatExact(list.length)}
        </button>
      )}
    </div>
  )
}

/** Where notes are when they are not with the session. */
function Refusal(): VNode | null {
  const { refusal, isKept, list } = useApp().bench.notes
  const { value } = refusal
  if (value === undefined || list.value.length === 0) return null
  return (
    <p class="partial" role="status" data-testid="notes-local">
      {isKept.value
        ? 'These notes are kept in this browser only, since nothing can be written beside the session here. Save them as Markdown to pass them on.'
        : 'These notes are lost when this page is closed: neither the server nor this browser keeps them. Save them as Markdown.'}{' '}
      <span class="muted">{value.message}</span>
    </p>
  )
}

function ExportButtons({ notes }: { readonly notes: readonly AnnotationRow[] }): VNode {
  const { bench } = useApp()
  const markdown = (): string => {
    const summary = valueOf(bench.session.state.peek())
    const { trace, session } = bench.model.view.peek()
    return notesMarkdown(summary?.name || 'a session', notes, summary?.firstUs ?? 0, ({ ref }) =>
      linkTo({ ...(trace && { trace }), ...(session !== undefined && { session }), ...(ref && { moment: { ref } }), filter: NO_FILTER }),
    )
  }
  return (
    <>
      <button type="button" class="button" onClick={() => void copyText(bench, markdown(), 'the notes')}>
        Copy as Markdown
      </button>
      <button type="button" class="button" onClick={() => saveText('notes.md', markdown())}>
        Save
      </button>
    </>
  )
}

function Note({ note, index, count }: { readonly note: AnnotationRow; readonly index: number; readonly count: number }): VNode {
  const { bench } = useApp()
  const { notes, model, jump } = bench
  const startUs = valueOf(bench.session.state.value)?.firstUs ?? note.atUs
  const isHere = note.ref !== undefined && sameRef(note.ref, model.moment.value?.ref)
  const { ref } = note
  const clock = formatClock(Math.max(0, note.atUs - startUs))
  return (
    <li class={`note${isHere ? ' note-here' : ''}`} data-testid="note">
      <div class="note-head">
        {ref ? (
          <button type="button" class="text-action note-place" aria-current={isHere} onClick={() => jump(ref)}>
            {clock} <span class="note-ref">{formatRef(ref)}</span>
          </button>
        ) : (
          <span class="note-place">{clock}</span>
        )}
        {note.author && <span class="muted">{note.author}</span>}
        <span class="note-buttons">
          <button
            type="button"
            class="icon-button note-up"
            aria-label="Move up"
            title="Move up"
            disabled={index === 0}
            onClick={() => notes.move(note.id, -1)}
          >
            <Icon name="chevron" />
          </button>
          <button
            type="button"
            class="icon-button note-down"
            aria-label="Move down"
            title="Move down"
            disabled={index === count - 1}
            onClick={() => notes.move(note.id, 1)}
          >
            <Icon name="chevron" />
          </button>
          <IconButton icon="close" label="Delete the note" onClick={() => notes.remove(note.id)} />
        </span>
      </div>
      <NoteText note={note} />
    </li>
  )
}

const TYPING_MS = 600

/** Saved when it is left, and after a pause of typing. An empty text is not saved: deleting has its own button. */
function NoteText({ note }: { readonly note: AnnotationRow }): VNode {
  const { notes } = useApp().bench
  const area = useRef<HTMLTextAreaElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const save = (): void => {
    clearTimeout(timer.current)
    const text = area.current?.value.trim() ?? ''
    if (text !== '' && text !== note.text) notes.edit(note.id, text)
  }
  const latest = useRef(save)
  latest.current = save
  useEffect(() => () => latest.current(), [])
  useEffect(() => {
    if (area.current && document.activeElement !== area.current) area.current.value = note.text
  }, [note.text])
  return (
    <textarea
      ref={area}
      class="note-text"
      aria-label="Text of the note"
      rows={Math.min(12, Math.max(2, note.text.split('\n').length))}
      maxLength={20_000}
      defaultValue={note.text}
      onInput={() => {
        clearTimeout(timer.current)
        timer.current = setTimeout(() => latest.current(), TYPING_MS)
      }}
      onBlur={save}
    />
  )
}
