/** Types that two or more phases use. */
import type {
  AnonymousFunctionDeclaration,
  ArrowFunctionExpression,
  AwaitExpression,
  CatchClause,
  ForOfStatement,
  FunctionDeclaration,
  FunctionExpression,
  MethodDefinition,
  Property,
  PropertyDefinition,
  ReturnStatement,
  Statement,
  StaticBlock,
  ThrowStatement,
  TryStatement,
  YieldExpression,
} from './1-parse/parser.ts'
import type { ResumeShape } from './2-analyze/printed.ts'
import type { Scope } from './2-analyze/scope.ts'
import type { FunctionKind, Level, MessageCode, MessageParams } from '@hindscope/protocol'

export type FunctionNode = FunctionDeclaration | AnonymousFunctionDeclaration | FunctionExpression | ArrowFunctionExpression

/**
 * Where an edit stands among edits at the same offset. The analysis counts up at every node entered and left, so the order of
 * numbers is the order of nesting: outer prefixes come before inner ones, inner suffixes before outer ones.
 */
export interface Nesting {
  readonly open: number
  close: number
}

/** A place inside a function where the hook is called. */
export type Point = Nesting &
  (
    | { readonly kind: 'return'; readonly node: ReturnStatement }
    | { readonly kind: 'throw'; readonly node: ThrowStatement }
    | { readonly kind: 'await'; readonly node: AwaitExpression; readonly resume: ResumeShape }
    | { readonly kind: 'yield'; readonly node: YieldExpression; readonly resume: ResumeShape }
    | { readonly kind: 'catch'; readonly node: CatchClause }
    | { readonly kind: 'finally'; readonly node: TryStatement }
    /** Loop over an async iterator, or over what was awaited or sent in its head. */
    | { readonly kind: 'for-of'; readonly node: ForOfStatement }
    /** Statement that ended by automatic semicolon insertion right behind a wrapped expression. */
    | { readonly kind: 'terminator'; readonly node: Statement }
    | { readonly kind: 'write'; readonly node: Statement; readonly name: string; readonly declaration: boolean; readonly scope: Scope }
  )

/** Why a function gets no probe; a string is the diagnostic, 'opt-out' is what the user asked for. */
export type Skip = 'opt-out' | 'hazard'

/** A function, class field initialiser or static block that may get a probe. */
export interface FunctionSite extends Nesting {
  readonly node: FunctionNode | PropertyDefinition | StaticBlock
  /** What the range of the probe covers: the method with its key, or the node itself. */
  readonly definition: FunctionNode | MethodDefinition | Property | PropertyDefinition | StaticBlock
  readonly kind: FunctionKind
  readonly name: string
  readonly async: boolean
  readonly generator: boolean
  readonly strict: boolean
  /** The site around this one. */
  readonly parent: FunctionSite | undefined
  readonly scope: Scope
  /** Names bound by the parameters, in order. */
  readonly params: readonly string[]
  /** Names of function declarations that stand directly in the body. */
  readonly bodyFunctions: Set<string>
  /** Two declarations of the body share a name in a way that a block would refuse. */
  conflicting: boolean
  usesArguments: boolean
  /** It may suspend where no expression stands: `for await`, `await using`. */
  suspendsUnseen: boolean
  /** Field initialisers only: something in it can call, and so be worth a probe. */
  nontrivial: boolean
  skip: Skip | undefined
  readonly points: Point[]
}

export interface Finding {
  readonly code: MessageCode
  readonly severity: 'error' | 'warning' | 'info'
  readonly params: MessageParams
  readonly offset: number
}

export interface ModuleTry extends Nesting {
  readonly node: TryStatement
}

export interface Analysis {
  /** In the order in which they start. */
  readonly sites: readonly FunctionSite[]
  readonly moduleTries: readonly ModuleTry[]
  readonly moduleScope: Scope
  /** Identifiers that start with the prefix of our own names, in whatever spelling. */
  readonly takenNames: ReadonlySet<string>
  readonly findings: readonly Finding[]
}

export interface PlannedWrite {
  readonly index: number
  readonly point: Extract<Point, { kind: 'write' }>
  readonly redacted: boolean
}

export interface PlannedFunction {
  readonly index: number
  readonly site: FunctionSite
  readonly level: Level
  /** Source text of the arguments of the enter call. */
  readonly args: readonly ArgumentSource[]
  /** The body may be put into `try { }`. */
  readonly wrap: boolean
  /** Scripts only: the function declares the hook's names itself, because nothing around it does. */
  readonly declaresHook: boolean
  readonly writes: readonly PlannedWrite[]
}

/** A parameter's value, or what stands for one that the plan does not want. */
export interface ArgumentSource {
  readonly name: string
  readonly capture: 'value' | 'redacted' | 'absent'
}
