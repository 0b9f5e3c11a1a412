/** The look at the final maps in webpack and Rspack, which keep maps as assets beside their files, and in esbuild, whose files are written. */
import { existsSync, readFileSync } from 'node:fs'
import type { Diagnostic } from '@hindscope/protocol'
import type { BuildContext } from './context.ts'
import { projectPath } from './module-id.ts'
import { findBroken, sampleModules, toDiagnostic } from './self-test.ts'
import type { OutputFile } from './self-test.ts'
import { tryParseSourceMap } from './source-map.ts'

/** A file of the output with its text; a map stands under the name of its file with `.map` behind it. */
export interface Asset {
  /** Absolute. */
  readonly path: string
  text(): string
}

/** `culprit`: what is known of who broke the chain; neither bundler lets a module go through its tools again. */
export function testAssets(context: BuildContext, assets: readonly Asset[], culprit: (path: string) => string): Diagnostic[] {
  if (!context.parts || context.transformed.size === 0) return []
  const { root } = context.parts.options
  return findBroken(outputFiles(assets), sampleModules(context.transformed)).map(place =>
    toDiagnostic(place, projectPath(root, place.path), culprit(place.path)),
  )
}

function* outputFiles(assets: readonly Asset[]): Generator<OutputFile> {
  const byPath = new Map(assets.map(asset => [asset.path, asset]))
  for (const { path, text } of assets) {
    const found = byPath.get(`${path}.map`)
    const map = found && tryParseSourceMap(found.text())
    if (map) yield { path, code: text(), map }
  }
}

/** The files of an esbuild build: in memory, named by its metafile, or the one that was asked for. */
export function esbuildAssets(
  result: {
    readonly outputFiles?: readonly { readonly path: string; readonly text: string }[] | undefined
    readonly metafile?: { readonly outputs: object } | undefined
  },
  outfile: string | undefined,
  absolute: (path: string) => string,
): Asset[] {
  if (result.outputFiles) return result.outputFiles.map(file => ({ path: file.path, text: () => file.text }))
  const names = result.metafile ? Object.keys(result.metafile.outputs) : outfile === undefined ? [] : [outfile, `${outfile}.map`]
  return names
    .map(absolute)
    .filter(path => existsSync(path))
    .map(path => ({ path, text: () => readFileSync(path, 'utf8') }))
}
