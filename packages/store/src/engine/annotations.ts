/** `annotations`: what people wrote, with the events that it is about by their tracks. */
import type { AnnotationDefinition, AnnotationRow } from '@hindscope/protocol'
import { orderOf } from '../model/file-remarks.ts'
import type { TraceStore } from '../model/trace-store.ts'

export const queryAnnotations = (store: TraceStore): AnnotationRow[] => store.remarks.annotations().map(each => rowOf(store, each))

function rowOf(store: TraceStore, annotation: AnnotationDefinition): AnnotationRow {
  const { id, atUs, untilUs, event, text, author, writtenMs } = annotation
  const track = event && store.trackOfRealm(event.realm)
  return {
    id,
    atUs,
    ...(untilUs === undefined ? {} : { untilUs }),
    ...(event === undefined || track === undefined ? {} : { ref: { track: track.number, seq: event.seq } }),
    text,
    author,
    writtenMs,
    order: orderOf(annotation),
  }
}
