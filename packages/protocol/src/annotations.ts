/** Annotations as they are asked for and written (file-definitions.ts says how they are kept). */

/** What people wrote about a session, in the order that they gave it. */
export interface AnnotationRow {
  readonly id: string
  readonly atUs: number
  readonly untilUs?: number
  /** Absent for a moment of all tracks, and where the trace does not have the event. */
  readonly ref?: { readonly track: number; readonly seq: number }
  readonly text: string
  readonly author: string
  readonly writtenMs: number
  /** See AnnotationDefinition. */
  readonly order: number
}

/** With the id of one that is there it replaces that one; an empty text removes it. */
export type AnnotationDraft = Omit<AnnotationRow, 'writtenMs'>

/** Bounds of what is written. */
export const MOST_ANNOTATIONS = 5000
export const MOST_ANNOTATION_TEXT = 20_000
