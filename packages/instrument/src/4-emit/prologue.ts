/**
 * What a module needs once: the hook, its level table and its base probe id. The shapes are those of protocol/probe-abi.ts.
 *
 * All names are hoisted (`import`, `var`, `function`), so functions that a cyclic import calls before this module has run find them,
 * and register the module then. Registration waits for the first call, so a module that is only imported has no new side effect.
 */
import { HOOK_SYMBOL, PROLOGUE_MARK } from '@hindscope/protocol'
import type { Program } from '../1-parse/parser.ts'
import type { HookForm } from '../3-plan/index.ts'
import type { Edit } from './apply.ts'
import { literal } from './names.ts'
import type { EmitNames } from './names.ts'

/** Level table without levels, and what is called without a guard: what stands where no runtime is. `__proto__: null` keeps polluted prototypes out. */
const standIn = (more = ''): string =>
  `(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j${more}}})(function(f,x){return x},function(f,p,x){return x})`
const FROM_GLOBAL = `globalThis[Symbol.for(${JSON.stringify(HOOK_SYMBOL)})]||${standIn()}`

export interface Registration {
  readonly key: string
  /** One level digit a probe. */
  readonly digits: string
}

const registerCall = (names: EmitNames, { key, digits }: Registration): string => `${names.hook}.m(${literal(key)},${literal(digits)})`

/** Text of ours that a printer has printed anew, without the marks around it. */
export const isPrintedAnew = (code: string): boolean => /\.m\(\s*["'`][0-9a-f]{16}["'`],\s*["'`]\d*["'`]\s*\)/.test(code)

export function modulePrologue(
  names: EmitNames,
  registration: Registration,
  hook: { form: HookForm; module: string; adapters: readonly string[] },
): string {
  const { hook: h, levels: l, base: b, register: r } = names
  const mark = `/*${PROLOGUE_MARK}*/`
  const assign = `${l}=${registerCall(names, registration)};${b}=${h}.b;return ${l}`
  if (hook.form === 'import')
    return `${mark}import{h as ${h}}from${literal(hook.module)};${hook.adapters.map(adapter => `import${literal(adapter)};`).join('')}var ${l},${b};function ${r}(){${assign}}`
  if (hook.form === 'import-last')
    return `${mark}var ${h},${l},${b};function ${r}(){try{${h}=${names.imported}}catch(${names.error}){${h}=${standIn(',lb:j')};return ${h}.m()}${assign}}`
  if (hook.form === 'require')
    return `${mark}var ${h}=require(${literal(hook.module)}).h,${l},${b};${hook.adapters.map(adapter => `require(${literal(adapter)});`).join('')}function ${r}(){${assign}}`
  return `${mark}var ${h},${l},${b};function ${r}(){${h}=${FROM_GLOBAL};${assign}}`
}

/**
 * Vite's module runner numbers imports and vitest runs `vi.hoisted` before them: the import stands behind those of the source, whose numbers
 * show in texts of functions and errors, and what runs before it runs unrecorded. Each later call tries again.
 */
export function placeLastImport({ body }: Program, names: EmitNames, [hookModule = '', ...adapters]: readonly string[]): Edit {
  const end = body[body.length - 1]?.end ?? 0
  return {
    offset: end,
    order: Number.MAX_SAFE_INTEGER,
    text: `;import{h as ${names.imported}}from${literal(hookModule)};${adapters.map(adapter => `import${literal(adapter)};`).join('')}`,
  }
}

/**
 * Scripts share one global scope, where every top-level binding would be seen by other scripts; so each outermost probed function
 * declares the names for itself. Registering a key again gives the same table, so this is a lookup, not a registration, from the second call on.
 */
export function localPrologue(names: EmitNames, registration: Registration): string {
  return `${names.hook}=${FROM_GLOBAL},${names.levels}=${registerCall(names, registration)},${names.base}=${names.hook}.b`
}

/**
 * Behind the directives, otherwise as early as possible: behind the byte order mark and the hashbang line, before the first comment, so
 * that annotations such as `/*#__PURE__*\/` stay next to what they annotate.
 */
export function placePrologue(code: string, program: Program, text: string): Edit {
  const directives = program.body.filter(statement => statement.type === 'ExpressionStatement' && statement.directive !== undefined)
  const last = directives[directives.length - 1]
  if (last) return { offset: last.end, order: 0, text: (code[last.end - 1] === ';' ? '' : ';') + text }
  const hashbang = /^#!.*(?:\r\n|[\n\r\u2028\u2029]|$)/.exec(code)?.[0].length ?? 0
  return { offset: hashbang || (code.startsWith('\uFEFF') ? 1 : 0), order: 0, text }
}
