/** The look at the final maps in Vite, Rollup and Rolldown, where chunks carry their maps and plugins can be asked again. */
import { join } from 'node:path'
import type { BuildContext } from './context.ts'
import { projectPath } from './module-id.ts'
import { findBroken, sampleModules, toDiagnostic } from './self-test.ts'
import type { OutputFile } from './self-test.ts'
import { findCulprit } from './self-test-blame.ts'
import { tryParseSourceMap } from './source-map.ts'

export interface ChunkTest {
  readonly context: BuildContext
  /** `bundle` and output folder of the generateBundle hook. */
  readonly bundle: Readonly<Record<string, unknown>>
  readonly dir: string
  /** Of the build, in their order. */
  readonly plugins: unknown
  /** The hook's `this`. */
  readonly self: object
  warn(message: string): void
}

export async function testChunks({ context, bundle, dir, plugins, self, warn }: ChunkTest): Promise<void> {
  if (!context.parts || context.transformed.size === 0) return
  const { root } = context.parts.options
  for (const place of findBroken(outputFiles(bundle, dir), sampleModules(context.transformed))) {
    const culprit = await findCulprit(place.path, plugins, self)
    const { code, message, fix, file, line, column = 0 } = toDiagnostic(place, projectPath(root, place.path), culprit ?? 'an unknown plugin')
    warn(`${file}:${line}:${column + 1} [hindscope:${code}] ${message} ${fix}`)
  }
}

function* outputFiles(bundle: Readonly<Record<string, unknown>>, dir: string): Generator<OutputFile> {
  for (const file of Object.values(bundle)) {
    const { type, code, fileName, map } = file as { type?: string; code?: string; fileName?: string; map?: unknown } // SAFE: chunks and assets
    const parsed = type === 'chunk' ? tryParseSourceMap(map) : undefined
    if (parsed !== undefined && code !== undefined && fileName !== undefined) yield { path: join(dir, fileName), code, map: parsed }
  }
}
