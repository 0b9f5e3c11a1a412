import type { AnyNode, Program, SourceType } from '../1-parse/parser.ts'
import type { OptOut } from '../1-parse/opt-out.ts'
import type { Capture, Finding, FunctionSite, LibraryBindings, LibraryImport, LibraryUse, ModuleTry, Point } from '../types.ts'
import { createScope } from './scope.ts'
import type { Scope } from './scope.ts'

/** A name that stands where a function's text is taken. */
export interface ShippedName {
  readonly name: string
  readonly scope: Scope
  readonly sink: string
  readonly offset: number
  /** The place takes functions and hardly anything else, so that an import is worth a word. */
  readonly certain: boolean
}

export interface AnalyzeInput {
  readonly code: string
  readonly program: Program
  readonly sourceType: SourceType
  readonly optOut: OptOut
  /** First characters of every name that the emitted code may use. */
  readonly namePrefix: string
  /** Some function may be recorded at level `statements`. */
  readonly details: boolean
  /** For some function the plan asks for the values of expressions. */
  readonly expressions: boolean
  /** What the module binds of libraries that are known. */
  readonly libraries: LibraryBindings
}

/** What waits for the walk to leave its node. */
export type OpenPoint = Point | Capture | LibraryUse | LibraryImport

export interface ExpectedCapture {
  readonly node: AnyNode
  readonly variable: string
  accept(capture: Capture): void
}

/** What the walk knows at the node it stands at, and what it has found so far. */
export interface WalkState {
  readonly code: string
  readonly sourceType: SourceType
  readonly optOut: OptOut
  readonly namePrefix: string
  readonly collectDetails: boolean
  readonly collectExpressions: boolean
  readonly ancestors: AnyNode[]
  /** Counts nodes entered and left; see Nesting. */
  order: number
  moduleScope: Scope
  scope: Scope
  /** Innermost function, field initialiser or static block. */
  site: FunctionSite | undefined
  /** Node under which no function gets a probe: opted out, inside `with`, or text for another engine. */
  mutedBy: AnyNode | undefined
  /** Points entered and not yet left, innermost last. */
  readonly openPoints: OpenPoint[]
  readonly expectedCaptures: ExpectedCapture[]
  /** End of the expression left last that a call of ours stands around. */
  lastWrapEnd: number
  /** End of the annotated call of module code that was entered last. */
  pureEnd: number
  readonly sites: FunctionSite[]
  readonly moduleTries: ModuleTry[]
  readonly libraries: LibraryBindings
  readonly libraryUses: LibraryUse[]
  readonly libraryImports: LibraryImport[]
  readonly takenNames: Set<string>
  readonly findings: Finding[]
  /** Functions whose text runs elsewhere, with what takes it; they are noted before the walk enters them. */
  readonly shipped: Map<AnyNode, string>
  readonly shippedNames: ShippedName[]
}

export function createState(input: AnalyzeInput): WalkState {
  const scope = createScope('module', undefined)
  return {
    code: input.code,
    sourceType: input.sourceType,
    optOut: input.optOut,
    namePrefix: input.namePrefix,
    collectDetails: input.details,
    collectExpressions: input.expressions,
    ancestors: [],
    order: 0,
    moduleScope: scope,
    scope,
    site: undefined,
    mutedBy: undefined,
    openPoints: [],
    expectedCaptures: [],
    lastWrapEnd: -1,
    pureEnd: -1,
    sites: [],
    moduleTries: [],
    libraries: input.libraries,
    libraryUses: [],
    libraryImports: [],
    takenNames: new Set(),
    findings: [],
    shipped: new Map(),
    shippedNames: [],
  }
}

/** Children of these in an array are statements, and a statement may be added between them. */
export const isStatementList = (parent: AnyNode | undefined): boolean =>
  parent?.type === 'BlockStatement' || parent?.type === 'Program' || parent?.type === 'SwitchCase' || parent?.type === 'StaticBlock'
