/** Types that two or more phases use. */
import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  AwaitExpression,
  CatchClause,
  ForOfStatement,
  FunctionDeclaration,
  FunctionExpression,
  MethodDefinition,
  Program,
  Property,
  PropertyDefinition,
  ReturnStatement,
  Statement,
  StaticBlock,
  SwitchCase,
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

/** A variable at a place: the scope is the one that declares it there, which only a finished walk can confirm. */
export interface LocalName {
  readonly name: string
  readonly scope: Scope
}

/** A name that is written, with the part of the source that writes it. */
export interface WrittenName {
  readonly name: string
  readonly node: AnyNode
}

/** An operand of a property write that goes through a variable of ours, so that it is evaluated once and in its place. */
export interface Capture extends Nesting {
  readonly kind: 'capture'
  readonly node: AnyNode
  readonly variable: string
}

/** A property that is written. */
export interface PropertyTarget {
  readonly property: string | undefined
  /** Source text of operands that need no variable; undefined where the operand is captured or out of reach. */
  readonly object: string | undefined
  readonly captures: { object?: Capture; key?: Capture }
}

/** Places of level `statements`. */
export type DetailPoint = Nesting &
  (
    | {
        readonly kind: 'step'
        /** The statement with its labels. */
        readonly node: AnyNode
        readonly statement: AnyNode
        /** Stands where only one statement may, and so needs a block. */
        readonly braces: boolean
        /** Loops: number of the iteration counter. */
        readonly counter: number | undefined
      }
    | { readonly kind: 'case'; readonly node: SwitchCase }
    | {
        readonly kind: 'branch'
        readonly node: AnyNode
        readonly branch: 'if' | 'conditional' | 'logical' | 'loop'
        readonly operator: '&&' | '||' | '??' | undefined
        readonly scope: Scope
      }
    | {
        readonly kind: 'iteration'
        /** The body of the loop. */
        readonly node: AnyNode
        readonly loop: AnyNode
        readonly counter: number
        /** Variables that the head writes before each iteration. */
        readonly heads: readonly WrittenName[]
        /** Scope of the head, and of the body where names are read. */
        readonly headScope: Scope
        readonly scope: Scope
      }
    | {
        readonly kind: 'write'
        readonly node: AnyNode
        /** Behind a declaration; around an expression; at the start of a catch body. */
        readonly form: 'after' | 'around' | 'catch'
        readonly names: readonly WrittenName[]
        readonly declaration: boolean
        /** The names are read to know what was written; otherwise the value of the expression is what was written. */
        readonly reads: boolean
        readonly scope: Scope
      }
    | {
        readonly kind: 'property-write'
        readonly node: AnyNode
        readonly operator: string
        readonly before: boolean
        /** The properties are written by a pattern, so that the value of the expression is not theirs. */
        readonly isPattern: boolean
        /** Told behind the statement. */
        readonly isBehind: boolean
        readonly targets: readonly PropertyTarget[]
        readonly scope: Scope
      }
    | { readonly kind: 'expression'; readonly node: AnyNode }
  )

/** A place inside a function where the hook is called. */
export type Point =
  | DetailPoint
  | (Nesting &
      (
        | { readonly kind: 'return'; readonly node: ReturnStatement; readonly locals?: PointLocals }
        | { readonly kind: 'throw'; readonly node: ThrowStatement; readonly locals?: PointLocals }
        | { readonly kind: 'await'; readonly node: AwaitExpression; readonly resume: ResumeShape }
        | { readonly kind: 'yield'; readonly node: YieldExpression; readonly resume: ResumeShape }
        | { readonly kind: 'catch'; readonly node: CatchClause }
        | { readonly kind: 'finally'; readonly node: TryStatement }
        /** Loop over an async iterator, or over what was awaited or sent in its head. */
        | { readonly kind: 'for-of'; readonly node: ForOfStatement; readonly inList: boolean }
        /** Statement that ended by automatic semicolon insertion right behind a wrapped expression. */
        | { readonly kind: 'terminator'; readonly node: Statement }
      ))

/** Variables that are initialised for certain at a place, innermost scope first. */
export interface PointLocals {
  readonly names: readonly LocalName[]
  readonly scope: Scope
}

/** Why a function gets no probe; a string is the diagnostic, 'opt-out' is what the user asked for. */
export type Skip = 'opt-out' | 'hazard'

/** A function, class field initialiser, static block or module that may get a probe. */
export interface FunctionSite extends Nesting {
  readonly node: FunctionNode | PropertyDefinition | StaticBlock | Program
  /** What the range of the probe covers: the method with its key, or the node itself. */
  readonly definition: FunctionNode | MethodDefinition | Property | PropertyDefinition | StaticBlock | Program
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
  /** It reads `this` or `super`, itself or in an arrow function inside it. */
  usesThis: boolean
  /** It may suspend where no expression stands: `for await`, `await using`. */
  suspendsUnseen: boolean
  /** Field initialisers and modules only: something in it can call, and so be worth a probe. */
  nontrivial: boolean
  skip: Skip | undefined
  readonly points: Point[]
  /** Offset from which the frame variable exists: parameters stand before it. */
  readonly bodyStart: number
  /** Loops around the place of the walk, and property writes not yet left: they number our variables. */
  loopDepth: number
  writeDepth: number
  /** At the end of the body, or of an arrow's expression. */
  endLocals: PointLocals | undefined
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

/** An export, or with `*` the module that it is one of. */
export interface LibraryBinding {
  readonly library: string
  readonly name: string
}

export interface LibraryBindings {
  readonly names: ReadonlyMap<string, LibraryBinding>
  /** Adapters that the module loads whether or not it calls anything. */
  readonly adapters: ReadonlySet<string>
  /** Statements that import or require libraries of which exports are handed over as they are, the first of each; keys of LIBRARIES. */
  readonly imports: ReadonlyMap<AnyNode, string>
}

/** A statement behind which exports of a library are handed over as they are. */
export interface LibraryImport extends Nesting {
  readonly kind: 'library-import'
  readonly node: AnyNode
  /** Key of LIBRARIES. */
  readonly library: string
}

/** A value that the module gets from a library that is known. */
export interface LibraryUse extends Nesting {
  readonly kind: 'library'
  readonly node: AnyNode
  /** Key of LIBRARIES. */
  readonly library: string
  /** The export; `name()` where a chain of calls begins with it. */
  readonly name: string
  /** Undefined in the code of the module itself. */
  readonly site: FunctionSite | undefined
  readonly startsStatement: boolean
}

export interface Analysis {
  /** In the order in which they start. */
  readonly sites: readonly FunctionSite[]
  readonly moduleTries: readonly ModuleTry[]
  readonly libraryUses: readonly LibraryUse[]
  readonly libraryImports: readonly LibraryImport[]
  /** Adapters that the module loads whether or not it calls anything. */
  readonly adapters: ReadonlySet<string>
  readonly moduleScope: Scope
  /** Identifiers that start with the prefix of our own names, in whatever spelling. */
  readonly takenNames: ReadonlySet<string>
  readonly findings: readonly Finding[]
}

export interface PlannedName {
  readonly name: string
  readonly redacted: boolean
}

export interface PlannedDetail {
  /** Of the first probe; those of `names` follow (an iteration has one of its own before them). */
  readonly index: number
  readonly point: DetailPoint
  readonly names: readonly PlannedName[]
}

export interface PlannedLocals {
  readonly index: number
  readonly names: readonly PlannedName[]
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
  /** In the order of the walk. */
  readonly details: readonly PlannedDetail[]
  readonly locals: ReadonlyMap<Point | 'end', PlannedLocals>
}

/** A parameter's value, or what stands for one that the plan does not want. */
export interface ArgumentSource {
  readonly name: string
  readonly capture: 'value' | 'redacted' | 'absent'
}
