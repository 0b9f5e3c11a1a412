/**
 * What plain Node's module hooks share, in the program's thread and in Node 20's loader thread: own files are read, types stripped,
 * instrumented; other files are left to Node, but for TypeScript of the project that the filter leaves out, which still has to run.
 */
import { readFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formatDiagnostic } from '@hindscope/protocol'
import type { BuildContext } from '../core/context.ts'
import { NO_MAP } from '../core/incoming-map.ts'
import type { ModuleText } from '../core/instrument-module.ts'
import type { HookModules } from '../core/runtime-files.ts'
import { hasTypesByName } from '../core/module-id.ts'
import type { SourceMap } from '../core/source-map.ts'
import { detectSourceType } from '../core/source-type.ts'
import type { SourceType } from '../core/source-type.ts'
import { syncStripper } from '../core/strip-types.ts'
import type { Stripped, Stripper } from '../core/strip-types.ts'

const STDERR = 2

export interface SourceLoader {
  /** Whether the file is ours to load: its probes or its types. */
  wants(path: string): boolean
  /** The module type that the file's name, package.json and text give it, as Node decides for JavaScript. */
  sourceType(path: string): SourceType
  /** Text for Node to run. `code` where Node has read it already. */
  load(path: string, as: SourceType, code?: string): string
}

export function createSourceLoader(context: BuildContext, hooks: HookModules): SourceLoader {
  const isOwn = (path: string): boolean => context.parts?.filter(path) === undefined
  const report = (problem: Parameters<typeof formatDiagnostic>[0]): void => {
    // Written at once: what a loader thread leaves in a stream may never arrive.
    if (problem.severity !== 'info') writeSync(STDERR, `${formatDiagnostic(problem)}\n`)
  }

  function load(path: string, as: SourceType, given?: string): string {
    const code = given ?? readFileSync(path, 'utf8')
    const stripper = given === undefined && hasTypesByName(path) ? STRIPPERS[as] : undefined
    const plain = (): string => {
      const stripped = stripper?.strip(code, path)
      return stripped ? withMap(stripped.code, stripped.map) : code
    }
    if (!isOwn(path)) return plain()
    const text: ModuleText<Stripped> = {
      id: path,
      code,
      incoming: NO_MAP,
      sourceType: as,
      stripWhen: 'always',
      // Without types no line moves, so nobody needs a map to find one.
      wantsMap: stripper !== undefined,
      hookModule: hooks[as].hook,
      libraries: hooks[as].libraries,
      stripper,
    }
    const probed = context.transformSync(text, report)
    if (probed === undefined) return plain()
    return stripper ? withMap(probed.code, probed.map) : probed.code
  }

  return { wants: path => isOwn(path) || (hasTypesByName(path) && !path.includes('/node_modules/')), sourceType: sourceTypeOf, load }
}

/** A module's import and export become CommonJS only where `require` asked for it. */
const STRIPPERS: Readonly<Record<SourceType, Stripper<Stripped>>> = {
  module: syncStripper({ target: 'es2022' }),
  commonjs: syncStripper({ target: 'es2022', format: 'cjs' }),
}

const withMap = (code: string, map: SourceMap | undefined): string =>
  map ? `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}` : code

const UNTYPED = syncStripper({})

function sourceTypeOf(path: string): SourceType {
  if (/\.m[jt]s$/.test(path)) return 'module'
  if (/\.c[jt]s$/.test(path)) return 'commonjs'
  const declared = packageType(dirname(path))
  if (declared !== undefined) return declared
  const code = readFileSync(path, 'utf8')
  return detectSourceType(hasTypesByName(path) ? UNTYPED.strip(code, path).code : code, path)
}

const packageTypes = new Map<string, SourceType | undefined>()

/** `type` of the nearest package.json; undefined when that has none, or there is none. */
function packageType(dir: string): SourceType | undefined {
  if (packageTypes.has(dir)) return packageTypes.get(dir)
  const type = tryReadType(join(dir, 'package.json'))
  const found = type === 'absent' ? (dirname(dir) === dir ? undefined : packageType(dirname(dir))) : type
  packageTypes.set(dir, found)
  return found
}

function tryReadType(file: string): SourceType | undefined | 'absent' {
  try {
    const { type } = JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown } // SAFE: read as undefined where absent
    return type === 'module' || type === 'commonjs' ? type : undefined
  } catch {
    // SAFE: no package.json here, or one that Node itself will complain about.
    return 'absent'
  }
}
