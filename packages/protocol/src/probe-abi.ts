/**
 * What injected code may call: the only contract between the compiler side (`instrument` writes these calls) and the runtime side
 * (`runtime/hook.ts` answers them). Names are one or two letters because they stand in every function of the user's program.
 *
 * Shapes (`H` hook object, `L` level table, `R` registration function, `B` base probe id, `F` frame variable, `V` result; all names are chosen so
 * that they occur nowhere else in the file; `i` probe index):
 *
 *   module       import{h as H}from"@hindscope/runtime/hook";var L,B;function R(){L=H.m("key","332");B=H.b;return L}
 *                or: var H,L,B;function R(){try{H=I}catch(E){…}…} … ;import{h as I}from"…"; (behind the last statement)
 *   enter        var F=(L===void 0?R():L)[i]?H.e(L[i],2,a,b):0;
 *   kept         var F=(L===void 0?R():L)[i]?H.ei(H.e(L[i],2,a,b)):0;     functions that suspend or hold a try statement
 *   calls        H.ec and H.rc stand for H.e, H.r and H.v in other functions at level `calls`: engines may copy them into the program's code
 *   own code     as kept, behind R, at level `statements`; ;F&&H.v(F); behind the last statement
 *   end of body  ;F&&H.v(F);
 *   return       return(V=expr,F)?H.r(F,V):V;      with a function in the expression: return H.r(F,expr)
 *   throw        throw H.t(F,expr)
 *   await        H.w(F,await H.a(F,expr))      yield  H.n(F,yield H.y(F,expr))
 *                H?.w(…) and H?.n(…) where an engine may print the expression in a message (instrument/2-analyze/printed.ts)
 *   for await    ;F&&H.i(F); at the start of the function      for await(x of expr){F&&H.w(F); … }F&&H.l(F);
 *   catch        catch(e){F&&H.k(F,e);         finally  finally{F&&H.l(F);
 *   async body   try{ … }catch(e){throw H.x(F,e)}      generator body  try{ … }finally{F&&H.g(F)}
 *
 * At level `statements` also (`I` iteration counter, `T` and `K` temporaries, all variables of the function):
 *
 *   step         F&&H.p(F,B+i);stmt         a loop: I=0;F&&H.p(F,B+i);for(…)         case arm: case x:F&&H.p(F,B+i);
 *   branch       if(H.c(F,B+i,test))        H.c(F,B+i,test)?a:b        H.c(F,B+i,left)&&right
 *   iteration    for(…){F&&H.j(F,B+i,I++);
 *   write        let x=1;F&&H.s(F,B+i,x);   H.u(F,B+i,x=1)   H.u(F,B+i,x++,x)   H.u(F,B+i,[x,y]=z,x,y)   for(let x=H.u(F,B+i,0);
 *   property     H.f(F,B+i,(T=obj)[K=key]=value,T,K)          H.h(F,B+i,[(T=a)[K=i],this.x]=values,T,K,this,"x")
 *   locals       return H.r(F,H.o(F,B+i,expr,a,b))     throw H.t(F,H.o(F,B+i,expr,a,b))     ;F&&H.o(F,B+i,0,a,b);F&&H.v(F);
 *   expression   H.q(F,B+i,expr)
 *
 * At every level, for what a program gets from a library that is known (libraries.ts):
 *
 *   library      H.lb("redux","redux createStore",createStore(…))       behind R where the hook is a variable of the module
 *
 * A level table has a word for each probe: its id and its level (`levelWord`), 0 at level `off`. A frame is 0 when the call is not recorded.
 * That of `e` is told by how many calls are open, so it means nothing once the call has returned; calls that are heard of afterwards
 * (`await`, `yield`, `finally` behind a return) get one of their own by `ei`. r, t, a, w, y, n, x and i return their second argument unchanged, c, u,
 * f, h, o and q their third; they are the only ones called without a guard, so a stand-in for an absent runtime is two functions. Nothing
 * here throws into the program.
 */

/** `globalThis[Symbol.for(HOOK_SYMBOL)]` is the realm's hook: one per realm and ABI version, whoever installs it first. */
export const HOOK_SYMBOL = 'hindscope@1'
export const ABI_VERSION = 1

/** Handle of a recorded call; 0 = not recorded. */
export type Frame = number

/**
 * What a level table says of a probe: id << PROBE_SHIFT | level, and 0 where nothing is recorded. A call without values is the same word on the
 * tape, less its level (`TapeOp.enter`).
 */
export const levelWord = (probe: number, level: number): number => (level === 0 ? 0 : (probe << PROBE_SHIFT) | level)
export const PROBE_SHIFT = 4
export const LEVEL_MASK = 15

export interface ProbeHook {
  readonly version: typeof ABI_VERSION
  /** Base probe id of the module registered last; read by R right after `m`. */
  b: number
  /**
   * Registers a module: its key and one level digit per probe. Returns the live level table of the module (a word a probe, owned by
   * the recorder, which may change it). Registering a key again gives the same table.
   */
  m(key: string, levels: string): Int32Array
  /** Call entered; `word` is the probe's in the level table. Up to three arguments come one by one, more as a list in the place of `a`. */
  e(word: number, count?: number, a?: unknown, b?: unknown, c?: unknown): Frame
  /** The call just entered may suspend, or be heard of after its return: gives it a frame that stays its own. */
  ei(frame: Frame): Frame
  /** As `e`, and as `r` and `v`, for functions that are compiled for level `calls` or `count` and need no `ei`. */
  ec(word: number): Frame
  rc<T>(frame: Frame, value?: T): T
  /** Call returned `value`. */
  r<T>(frame: Frame, value?: T): T
  /** Call fell off the end of its body. */
  v(frame: Frame): void
  /** `throw` statement about to throw. */
  t<T>(frame: Frame, error: T): T
  /** Catch clause entered. frame < 0 stands for module-level code that had -frame - 1 frames below it (`d`). */
  k(frame: Frame, error?: unknown): void
  /** Finally block entered. */
  l(frame: Frame): void
  /** Error leaves an async body. */
  x<T>(frame: Frame, error: T): T
  /** Before and after `await`. w is also called at the start of each for-await iteration. */
  a<T>(frame: Frame, value: T): T
  w<T>(frame: Frame, value: T): T
  /** The frame may suspend where no probe stands: in a for-await loop, or at the end of a block with `await using`. */
  i<T>(frame: Frame, value: T): T
  /** Before and after `yield`. */
  y<T>(frame: Frame, value?: T): T
  n<T>(frame: Frame, value: T): T
  /** Generator body left, by whatever way. */
  g(frame: Frame): void
  /** Binding written; `probe` is a write probe. */
  s(frame: Frame, probe: number, value: unknown): void
  /** Statement or case arm about to run. */
  p(frame: Frame, probe: number): void
  /** Value that decides which way a branch goes. */
  c<T>(frame: Frame, probe: number, value: T): T
  /** Loop body entered; `iteration` counts from 0 at every start of the loop. */
  j(frame: Frame, probe: number, iteration: number): void
  /** Bindings written by the expression with value `result`: `written` go to the write probes `probe`, `probe + 1`, …; without any, `result` is what was written. */
  u<T>(frame: Frame, probe: number, result: T, ...written: readonly unknown[]): T
  /** Property `key` of `object` written or deleted by the expression with value `result`. */
  f<T>(frame: Frame, probe: number, result: T, object?: unknown, key?: unknown): T
  /** Properties written by a pattern: object and key of each, for the probes `probe`, `probe + 1`, …. What they hold now is read where no code can run. */
  h<T>(frame: Frame, probe: number, result: T, ...targets: readonly unknown[]): T
  /** The call is about to return or throw `result`, or to end: values of its locals, in the order of the locals probe. */
  o<T>(frame: Frame, probe: number, result: T, ...locals: readonly unknown[]): T
  /** Value of an expression. */
  q<T>(frame: Frame, probe: number, value: T): T
  /** What the program got from a library, for the adapter of this name. `source`: the library and its export; `()` behind it where a chain of calls began there. */
  lb<T>(adapter: string, source: string, value: T): T
  /** Pseudo-frame of module-level code: the current stack depth as -(depth + 1). */
  d(): Frame
  /** Stands in for a value that the plan says must not be read. */
  readonly z: symbol
}

/** Every member of the hook that injected code may name; both sides test against it. */
export const HOOK_MEMBERS = [
  'version',
  'b',
  'm',
  'e',
  'ei',
  'ec',
  'rc',
  'r',
  'v',
  't',
  'k',
  'l',
  'x',
  'a',
  'w',
  'i',
  'y',
  'n',
  'g',
  's',
  'p',
  'c',
  'j',
  'u',
  'f',
  'h',
  'o',
  'q',
  'lb',
  'd',
  'z',
] as const

/**
 * Inserted spans stand between these characters, so that they can be taken out again by text alone (`restore`, Function.prototype.toString).
 * Both are WhiteSpace and neither is a LineTerminator (ECMA-262, sections 12.2 and 12.3). The first that does not occur in a file is used.
 */
export const SPAN_DELIMITERS = ['\v', '\f'] as const
/** Stands in the prologue of every instrumented module; tells `restore` which delimiter the file uses. */
export const PROLOGUE_MARK = 'hindscope'
