/**
 * Which plugin broke the chain of maps of a module: the module goes once more through the transforms of the build, one by one, and the
 * first that changes text without a map that leads back to the text before is named. Only done for a module already found to be wrong.
 */
import { readFileSync } from 'node:fs'
import picomatch from 'picomatch'
import { tryParseSourceMap } from './source-map.ts'
import { stepAgrees } from './self-test.ts'

interface TransformResult {
  readonly code?: unknown
  readonly map?: unknown
}
type Transform = (this: unknown, code: string, id: string, options?: object) => unknown

interface PluginLike {
  readonly name: string
  readonly transform: Transform
  readonly filter: unknown
  /** -1 before all others, 1 after them. */
  readonly rank: number
}

/** `self` is the plugin context of the hook that asks; transforms see it with what only they have. Undefined: none can be named. */
export async function findCulprit(id: string, plugins: unknown, self: object): Promise<string | undefined> {
  let code: string
  try {
    code = readFileSync(id.replace(/[?#].*$/s, ''), 'utf8')
  } catch {
    // SAFE: the module is no file, so its first text is not known.
    return undefined
  }
  for (const { name, transform, filter } of transformsOf(plugins)) {
    if (!passes(filter, id, code)) continue
    const result = await tryTransform(transform, { code, id, self })
    if (result === undefined || result.code === code) continue
    const map = tryParseSourceMap(result.map)
    if (map === undefined ? keepsNoWordInPlace(code, result.code) : !stepAgrees(code, result.code, map)) return name
    code = result.code
  }
  return undefined
}

async function tryTransform(
  transform: Transform,
  { code, id, self }: { readonly code: string; readonly id: string; readonly self: object },
): Promise<{ code: string; map: unknown } | undefined> {
  const own = { warn: () => undefined, info: () => undefined, debug: () => undefined, getCombinedSourcemap: () => identityMap(code, id) }
  const context: unknown = Object.assign(Object.create(self) as object, own) // SAFE: only its members are used
  try {
    const result: unknown = await transform.call(context, code, id, { moduleType: 'js', ssr: false })
    if (typeof result === 'string') return { code: result, map: undefined }
    const { code: text, map } = (result ?? {}) as TransformResult // SAFE: read as undefined where absent
    return typeof text === 'string' ? { code: text, map } : undefined
  } catch {
    // SAFE: a transform that cannot be run a second time is not blamed; the warning then names nobody.
    return undefined
  }
}

const identityMap = (code: string, id: string): object => ({ version: 3, names: [], sources: [id], sourcesContent: [code], mappings: 'AAAA' })

/** Without a map, text is taken to have stayed where it was. */
function keepsNoWordInPlace(before: string, after: string): boolean {
  const [from, to] = [before.split('\n'), after.split('\n')]
  return to.filter((line, index) => line === from[index]).length < from.length / 2
}

/** In the order in which bundlers run them: `enforce` orders plugins (Vite), `order` hooks. Native plugins have no function to call. */
function transformsOf(plugins: unknown): PluginLike[] {
  if (!Array.isArray(plugins)) return []
  const found = plugins.flatMap((plugin: unknown): PluginLike[] => {
    const { name, transform } = (plugin ?? {}) as { name?: string; transform?: unknown } // SAFE: read as undefined where absent
    if (name === undefined || name.startsWith('hindscope')) return []
    if (typeof transform === 'function') return [{ name, transform: transform as Transform, filter: undefined, rank: 0 }] // SAFE: just tested
    const { handler, order, filter } = (transform ?? {}) as { handler?: unknown; order?: string; filter?: unknown } // SAFE: as above
    if (typeof handler !== 'function') return []
    return [{ name, transform: handler as Transform, filter, rank: order === 'pre' ? -1 : order === 'post' ? 1 : 0 }] // SAFE: just tested
  })
  return found.sort((a, b) => a.rank - b.rank)
}

/** Hook filters as Rolldown and Vite have them: a pattern, several, or `include` and `exclude`; a string is a glob for ids, a part for code. */
function passes(filter: unknown, id: string, code: string): boolean {
  if (Array.isArray(filter)) return true
  const { id: ids, code: codes, moduleType } = (filter ?? {}) as { id?: unknown; code?: unknown; moduleType?: unknown } // SAFE: read as undefined where absent
  const types = (Array.isArray(moduleType) ? moduleType : moduleType === undefined ? [] : [moduleType]).map(String)
  if (types.length > 0 && !types.some(type => /^[jt]sx?$/.test(type))) return false
  return matches(ids, glob => picomatch(glob, { dot: true })(id), id) && matches(codes, part => code.includes(part), code)
}

function matches(rule: unknown, has: (text: string) => boolean, text: string): boolean {
  if (rule === undefined) return true
  const isPlain = typeof rule === 'string' || rule instanceof RegExp || Array.isArray(rule)
  const { include, exclude } = isPlain ? { include: rule, exclude: [] } : (rule as { include?: unknown; exclude?: unknown }) // SAFE: the forms there are
  const some = (patterns: unknown): boolean =>
    [patterns ?? []]
      .flat()
      .some((pattern: unknown) =>
        pattern instanceof RegExp ? new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test(text) : has(String(pattern)),
      )
  return !some(exclude) && (include === undefined || some(include))
}
