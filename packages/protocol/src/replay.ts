/**
 * Replay (docs/replay.md): what was there at a moment. A moment is an event; answers are of the time right after it. Everything is plain
 * JSON, and says of each value which event told it.
 */
import type { SourceRange } from './probe-manifest.ts'
import type { CallRef, Completeness, EventRef, LocalValue, StackFrame } from './query.ts'
import type { ValueNode } from './value-codec.ts'

/**
 * `recorded`: by the last snapshot of the object that shows it. `written`: by a write since. `stale`: by an older snapshot or write, while
 * the last snapshot left this part out.
 */
export type Certainty = 'recorded' | 'written' | 'stale'

/** A property, an element, an entry of a Map or a member of a Set. */
export interface ObjectPart {
  /** Properties: the name, `@@description` of symbols. Elements: the index. Absent for entries of a Map and members of a Set. */
  readonly name?: string
  /** Of a Map's entry. */
  readonly key?: ValueNode
  /** Objects with an id are `ref`: look them up in `objects`. */
  readonly value: ValueNode
  readonly ref: EventRef
  readonly certainty: Certainty
}

/** What an object held at the moment, as far as events told it. */
export interface ObjectState {
  readonly id: number
  readonly kind: 'object' | 'array' | 'map' | 'set' | 'error' | 'function' | 'binary' | 'opaque' | 'proxy'
  /** Class, or the name of a function; '' when unknown. */
  readonly label: string
  /** Own keys, elements or entries, bytes of a binary; absent when unknown. */
  readonly size?: number
  readonly parts: readonly ObjectPart[]
  /** Every own key, element or entry is in `parts`. */
  readonly whole: boolean
  /** The last snapshot of what it holds, at or before the moment; absent when none shows it. */
  readonly snapshot?: EventRef
  /** Of errors. */
  readonly message?: string
  readonly stack?: string
}

export interface ObjectQuery {
  readonly session: string
  /** The moment. */
  readonly ref: EventRef
  /** The id that values on the moment's track have. */
  readonly object: number
  /** References followed from the object, 0 to 20; 2 when absent. */
  readonly depth?: number
}
export interface ObjectGraph {
  /** The object first, then what it refers to, nearest first; each once, cycles included. */
  readonly objects: readonly ObjectState[]
  /** Objects that `ref`s name and that are not in `objects`: too far away or too many. */
  readonly left: number
  readonly completeness: Completeness
}

export interface SightingsQuery {
  readonly session: string
  readonly track: number
  readonly object: number
  /** 1 to 1000; 100 when absent. */
  readonly limit?: number
  /** From a previous page of the same object. */
  readonly cursor?: string
}

export interface StateQuery {
  readonly session: string
  readonly ref: EventRef
  /** Frames whose variables are told, 1 to 200; 20 when absent. Further frames are in `frames` without them. */
  readonly variables?: number
}

/** Variables that can be seen from a frame and belong to the call around its function, or to its module. */
export interface OuterScope {
  readonly kind: 'closure' | 'module'
  /** Name of the function, path of the module's file. */
  readonly name: string
  /** Absent for module scopes and where no call of the function is known. */
  readonly call?: CallRef
  /** Several calls of the function may be the one around it; the nearest cause is taken. */
  readonly uncertain?: true
  readonly locals: readonly LocalValue[]
}

/** What `this` was. */
export type ThisValue =
  | {
      readonly kind: 'object'
      readonly object: number
      /** Its class. */
      readonly label: string
      /** The start of the call, or the write to a property of `this` that showed which object it is. */
      readonly ref: EventRef
      /** Of an arrow function: that of the call around it, which may be another one. */
      readonly uncertain?: true
    }
  /** No object: `undefined` of a plain call, a primitive whose method was called. */
  | { readonly kind: 'primitive'; readonly value: ValueNode; readonly ref: EventRef; readonly uncertain?: true }
  | { readonly kind: 'notRecorded'; readonly reason: string }

export interface FrameState extends StackFrame {
  /** The last event of the call at the moment. */
  readonly at?: EventRef
  /** `left`: the call had ended by then; it is a cause. */
  readonly life: 'running' | 'left'
  /** Absent beyond the frames that were asked for, and for activities. */
  readonly locals?: readonly LocalValue[]
  /** Innermost first, the module last. */
  readonly scopes?: readonly OuterScope[]
  readonly this?: ThisValue
}

/** A store of the program (Redux, Pinia, signals), as snapshots and changes told it. */
export interface StoreState {
  readonly name: string
  /** Absent when no snapshot was recorded. */
  readonly snapshot?: { readonly value: ValueNode; readonly ref: EventRef }
  /** Changes since the snapshot, the last of each key. */
  readonly changes: readonly { readonly key: string; readonly value: ValueNode; readonly ref: EventRef }[]
}

/** The text of a file that ran at the moment. */
export interface ModuleVersion {
  readonly file: string
  readonly module: string
  /** Absent when the manifest is not in the trace. */
  readonly sourceHash?: string
  /** The first event of this version. */
  readonly since: EventRef
  /** Versions of the file that had run by the moment, this one included. */
  readonly versions: number
}

export interface MomentState {
  /** Innermost first: the synchronous stack, then causes up to the root. */
  readonly frames: readonly FrameState[]
  /** Of the moment's realm, by name. */
  readonly stores: readonly StoreState[]
  /** Of the moment's realm, by file; 2000 at most. */
  readonly modules: readonly ModuleVersion[]
  readonly completeness: Completeness
}

export interface EvaluateQuery {
  readonly session: string
  readonly ref: EventRef
  /** Index into `frames` of the state at the moment; 0 when absent. */
  readonly frame?: number
  /** One JavaScript expression, at most 4000 characters (docs/replay.md says what it may hold). */
  readonly expression: string
}
/** `missing`: the answer needs something that the trace does not hold. */
export type Evaluation =
  | {
      readonly kind: 'value'
      readonly value: ValueNode
      /** Events that the value comes from, 100 at most. */
      readonly sources: readonly EventRef[]
      /** Why the value may be another one, in words. */
      readonly doubts: readonly string[]
      readonly completeness: Completeness
    }
  | {
      readonly kind: 'missing'
      /** The part of the expression: `cart.items[3]`. */
      readonly path: string
      readonly reason: string
      /** Where it stands in the expression; lines from 1, columns from 0. */
      readonly range: SourceRange
      readonly completeness: Completeness
    }
