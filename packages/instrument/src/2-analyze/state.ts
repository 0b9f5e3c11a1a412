import type { AnyNode, Program, SourceType } from '../1-parse/parser.ts'
import type { OptOut } from '../1-parse/opt-out.ts'
import type { Finding, FunctionSite, ModuleTry, Point } from '../types.ts'
import { createScope } from './scope.ts'
import type { Scope } from './scope.ts'

export interface AnalyzeInput {
  readonly code: string
  readonly program: Program
  readonly sourceType: SourceType
  readonly optOut: OptOut
  /** First characters of every name that the emitted code may use. */
  readonly namePrefix: string
  /** Write points are collected only when some function may be recorded at level `statements`. */
  readonly writes: boolean
}

/** What the walk knows at the node it stands at, and what it has found so far. */
export interface WalkState {
  readonly code: string
  readonly sourceType: SourceType
  readonly optOut: OptOut
  readonly namePrefix: string
  readonly collectWrites: boolean
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
  readonly openPoints: Point[]
  /** End of the await or yield expression left last. */
  lastWrapEnd: number
  readonly sites: FunctionSite[]
  readonly moduleTries: ModuleTry[]
  readonly takenNames: Set<string>
  readonly findings: Finding[]
}

export function createState(input: AnalyzeInput): WalkState {
  const scope = createScope('module', undefined)
  return {
    code: input.code,
    sourceType: input.sourceType,
    optOut: input.optOut,
    namePrefix: input.namePrefix,
    collectWrites: input.writes,
    ancestors: [],
    order: 0,
    moduleScope: scope,
    scope,
    site: undefined,
    mutedBy: undefined,
    openPoints: [],
    lastWrapEnd: -1,
    sites: [],
    moduleTries: [],
    takenNames: new Set(),
    findings: [],
  }
}

/** Children of these in an array are statements, and a statement may be added between them. */
export const isStatementList = (parent: AnyNode | undefined): boolean =>
  parent?.type === 'BlockStatement' || parent?.type === 'SwitchCase' || parent?.type === 'StaticBlock'
