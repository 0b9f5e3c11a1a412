/** `annotate`: what people write about a session goes beside its segments, whether it is being recorded or over. */
import { HindscopeError, MOST_ANNOTATIONS, MOST_ANNOTATION_TEXT } from '@hindscope/protocol'
import type { AnnotationDefinition, AnnotationDraft, SessionControl } from '@hindscope/protocol'
import type { TraceStore } from '@hindscope/store/model'
import type { SessionShelf } from './session-shelf.ts'

const MOST_ID = 100
const MOST_AUTHOR = 200

export class Annotations {
  private readonly shelf: SessionShelf
  /** The last writing of each session: one waits for the other, so that none is lost. */
  private readonly writing = new Map<string, Promise<unknown>>()

  constructor(shelf: SessionShelf) {
    this.shelf = shelf
  }

  readonly annotate: SessionControl['annotate'] = async ({ session, annotations }) => {
    const drafts = checked(annotations)
    const before = this.writing.get(session)
    const written = this.write(session, drafts, before)
    const settled = written.catch(() => undefined) // SAFE: whoever asked is told; the next one only waits.
    this.writing.set(session, settled)
    try {
      return { annotations: await written }
    } finally {
      if (this.writing.get(session) === settled) this.writing.delete(session)
    }
  }

  private async write(session: string, drafts: readonly AnnotationDraft[], before: Promise<unknown> | undefined): Promise<number> {
    await before
    const store = typeof session === 'string' ? await this.shelf.open(session) : undefined
    if (store === undefined) throw new HindscopeError('not-found', { what: 'session', id: String(session) })
    const all = new Map(store.remarks.allAnnotations().map(each => [each.id, each]))
    for (const draft of drafts) all.set(draft.id, definitionOf(store, draft, all.get(draft.id)))
    if (all.size > MOST_ANNOTATIONS) refuse('annotations', `${all.size} in all`, `${MOST_ANNOTATIONS} a session`)
    await this.shelf.writeAnnotations(store, [...all.values()])
    return store.remarks.annotations().length
  }
}

function definitionOf(store: TraceStore, draft: AnnotationDraft, before: AnnotationDefinition | undefined): AnnotationDefinition {
  const { id, atUs, untilUs, ref, text, author, order } = draft
  const realm = ref && store.tracks[ref.track]?.realm
  return {
    kind: 'annotation',
    id,
    atUs,
    ...(untilUs === undefined ? {} : { untilUs }),
    ...(ref === undefined || realm === undefined ? {} : { event: { realm, seq: ref.seq } }),
    order,
    text,
    author,
    writtenMs: Math.max(Date.now(), (before?.writtenMs ?? 0) + 1),
  }
}

function refuse(field: string, value: string, allowed: string): never {
  throw new HindscopeError('query-bad', { method: 'annotate', field, value, allowed })
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isText = (value: unknown, most: number): boolean => typeof value === 'string' && value.length <= most

/** What comes over HTTP is not believed. */
function checked(annotations: unknown): readonly AnnotationDraft[] {
  if (!Array.isArray(annotations) || annotations.length > MOST_ANNOTATIONS)
    return refuse('annotations', typeof annotations, `a list of ${MOST_ANNOTATIONS} at most`)
  const drafts = annotations as (Partial<AnnotationDraft> | null)[] // SAFE: every field is checked here
  drafts.forEach((draft, i) => {
    const field = `annotations[${i}]`
    if (typeof draft !== 'object' || draft === null) return refuse(field, String(draft), 'an object')
    const { id, atUs, untilUs, ref, text, author, order } = draft
    if (!isText(id, MOST_ID) || id === '') refuse(`${field}.id`, String(id).slice(0, 80), `a text of 1 to ${MOST_ID} characters`)
    if (!isText(text, MOST_ANNOTATION_TEXT)) refuse(`${field}.text`, typeof text, `a text of ${MOST_ANNOTATION_TEXT} characters at most`)
    if (!isText(author, MOST_AUTHOR)) refuse(`${field}.author`, typeof author, `a text of ${MOST_AUTHOR} characters at most`)
    const isTimed = isNumber(atUs) && isNumber(order) && (untilUs === undefined || isNumber(untilUs))
    if (!isTimed) refuse(field, 'without numbers', 'microseconds in atUs, order and untilUs')
    const isPlaced = ref === undefined || (typeof ref === 'object' && ref !== null && isNumber(ref.track) && isNumber(ref.seq))
    if (!isPlaced) refuse(`${field}.ref`, typeof ref, '{track, seq}')
  })
  return drafts as readonly AnnotationDraft[] // SAFE: checked above
}
