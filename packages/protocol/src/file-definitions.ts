/**
 * What a shared file says about itself, and what people wrote about the trace in it. Definitions like others, so that they travel with the
 * trace and survive another export. A session keeps its annotations in `notes.json` beside its segments.
 */

/** Where a file was written. Holds no name of a machine or a person. */
export interface EnvironmentDefinition {
  readonly kind: 'environment'
  /** Version that wrote the file. */
  readonly hindscope: string
  /** Engine with version, for example `node v20.20.2`. */
  readonly engine: string
  /** Operating system and processor, for example `linux x64`; absent where there is none to tell. */
  readonly system?: string
  /** Milliseconds since 1970. */
  readonly writtenMs: number
  /** Whether the texts of sources came along. */
  readonly sources: boolean
}

/** A remark of a person (in the UI: a note). One that comes later with the same id replaces it. */
export interface AnnotationDefinition {
  readonly kind: 'annotation'
  /** Unique in the session. */
  readonly id: string
  /** Microseconds since 1970 that it is about, and where a range ends. */
  readonly atUs: number
  readonly untilUs?: number
  /** Realm and sequence number of the event that it is about; absent for a moment of all realms. */
  readonly event?: { readonly realm: number; readonly seq: number }
  /** Where it stands among the others, on the scale of `atUs`; that itself when absent. */
  readonly order?: number
  /** Empty once it was removed. */
  readonly text: string
  /** What the writer calls themselves; empty when they do not say. */
  readonly author: string
  /** Milliseconds since 1970. */
  readonly writtenMs: number
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isText = (value: unknown): value is string => typeof value === 'string'

/** Files come from anywhere. */
export const isEnvironmentDefinition = ({ hindscope, engine, writtenMs }: Partial<EnvironmentDefinition>): boolean =>
  isText(hindscope) && isText(engine) && isNumber(writtenMs)

export function isAnnotationDefinition({ id, atUs, untilUs, order, text, author, event, writtenMs }: Partial<AnnotationDefinition>): boolean {
  const isPlaced = event === undefined || (typeof event === 'object' && event !== null && isNumber(event.realm) && isNumber(event.seq))
  return (
    [id, text, author].every(isText) &&
    [atUs, writtenMs].every(isNumber) &&
    [untilUs, order].every(value => value === undefined || isNumber(value)) &&
    isPlaced
  )
}
