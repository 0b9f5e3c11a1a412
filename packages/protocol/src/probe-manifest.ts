/**
 * The static table of probes of one instrumented module: what the plugin publishes and every reader joins events with.
 * Lines are 1-based, columns 0-based UTF-16 units, in the *original* source.
 */
import type { ModuleKey } from './ids.ts'
import type { Level } from './plan.ts'

export const MANIFEST_VERSION = 1

/** `module`: the code of a module outside its functions, which runs once; only at level `statements`. */
export type FunctionKind =
  | 'function'
  | 'arrow'
  | 'method'
  | 'getter'
  | 'setter'
  | 'constructor'
  | 'derived-constructor'
  | 'field'
  | 'static-block'
  | 'module'

/** [startLine, startColumn, endLine, endColumn) in `sources[source]`. */
export type SourceRange = readonly [startLine: number, startColumn: number, endLine: number, endColumn: number]

interface ProbeBase {
  /** Index into `sources`. */
  readonly source: number
  readonly range: SourceRange
  /** Level that the plan gave this probe; the recorder may change it while running. */
  readonly level: Level
  /** Index of the function probe around this one, -1 at module level. */
  readonly parent: number
}

export interface FunctionProbe extends ProbeBase {
  readonly kind: 'function'
  /** The name as the language infers it, with its class or object: `Cart.total`; else what it is passed to: `items.map ƒ`; else `(anonymous)`. */
  readonly name: string
  readonly functionKind: FunctionKind
  readonly async: boolean
  readonly generator: boolean
  /**
   * Names of the recorded arguments, in the order in which call-enter writes them. `arguments` stands for the arguments object; `this` stands first
   * where the function uses it and has it from its start.
   */
  readonly params: readonly string[]
}

export interface WriteProbe extends ProbeBase {
  readonly kind: 'write'
  /** The binding written. */
  readonly name: string
  /** Index into `bindings`, the same for every write of the same variable, also from closures; -1 for a global of another file. */
  readonly binding: number
  readonly declaration: boolean
}

/** A property of an object is written or deleted. Its events hold the object's identity, the key and the value of the expression. */
export interface PropertyWriteProbe extends ProbeBase {
  readonly kind: 'property-write'
  /** The key where the source names it (`total`, `#count`); absent when it is computed. */
  readonly property?: string
  /** As in the source: `=`, `+=`, `++`, `delete`, …. */
  readonly operator: string
  /** The value of the expression is the one before the write: `o.p++`. */
  readonly before?: true
}

/** A statement is about to run. The range of a compound statement is its head: `if (…)`, `for (…)`. */
export interface StepProbe extends ProbeBase {
  readonly kind: 'step'
}

/**
 * A way is chosen. `case` probes are arms that were entered; all others hold the value that decides, whose range is theirs.
 * `operator` of a logical branch says when the right operand runs: `&&` true, `||` false, `??` null or undefined.
 */
export interface BranchProbe extends ProbeBase {
  readonly kind: 'branch'
  readonly branch: 'if' | 'conditional' | 'logical' | 'loop' | 'case'
  readonly operator?: '&&' | '||' | '??'
}

/** The body of a loop is entered. */
export interface IterationProbe extends ProbeBase {
  readonly kind: 'iteration'
}

/** Values of locals where a call returns, throws or ends. Only what is initialised for certain at the place is read. */
export interface LocalsProbe extends ProbeBase {
  readonly kind: 'locals'
  readonly at: 'return' | 'throw' | 'end'
  /** In the order in which the event holds them. */
  readonly names: readonly string[]
  /** Index into `bindings` for each name. */
  readonly bindings: readonly number[]
}

/** The value of an expression, where the plan asks for them. */
export interface ExpressionProbe extends ProbeBase {
  readonly kind: 'expression'
}

export type Probe = FunctionProbe | WriteProbe | PropertyWriteProbe | StepProbe | BranchProbe | IterationProbe | LocalsProbe | ExpressionProbe

/** What a probe is called where one word has to do: the function or variable, the property, otherwise its kind. */
export function probeLabel(probe: Probe): string {
  if (probe.kind === 'function' || probe.kind === 'write') return probe.name
  return probe.kind === 'property-write' ? (probe.property ?? '[computed]') : probe.kind
}

/** A variable that some probe writes or reads. */
export interface Binding {
  readonly name: string
  readonly kind: 'param' | 'var' | 'function' | 'lexical' | 'import' | 'self'
  /** Index of the function probe in whose call it lives, -1 at module level. */
  readonly parent: number
}

export interface ManifestSource {
  /** Project-relative path with forward slashes, as people know the file. */
  readonly path: string
  /** Original text; absent when the map did not carry it. */
  readonly content?: string
}

export interface ProbeManifest {
  readonly version: typeof MANIFEST_VERSION
  readonly module: ModuleKey
  /** The id given to `instrument`: the bundler's module id made project-relative. */
  readonly id: string
  /** Hash of the text that was instrumented (16 hex digits). */
  readonly sourceHash: string
  readonly sources: readonly ManifestSource[]
  /** Index = probe index: ProbeId is the realm's base for this module + index. */
  readonly probes: readonly Probe[]
  /** Absent when there is none. */
  readonly bindings?: readonly Binding[]
}

/** Lines as ranges count them. */
export const sourceLines = (content: string): readonly string[] => content.split(/\r\n|[\n\r\u2028\u2029]/)

/** The text of a range; line breaks are `\n`. */
export function textOfRange(lines: readonly string[], [startLine, startColumn, endLine, endColumn]: SourceRange): string {
  const part = lines.slice(startLine - 1, endLine)
  part[part.length - 1] = (part[part.length - 1] ?? '').slice(0, endColumn)
  part[0] = (part[0] ?? '').slice(startColumn)
  return part.join('\n')
}
