/** The map from output to original, through the map of the input where there is one. */
import remapping from '@jridgewell/remapping'
import type { SourceMapInput } from '@jridgewell/trace-mapping'
import { drawMap, mergeEdits } from './apply.ts'
import type { Edit } from './apply.ts'

export interface SourceMapV3 {
  readonly version: 3
  readonly file?: string | null
  readonly sources: readonly (string | null)[]
  readonly sourcesContent?: readonly (string | null)[]
  readonly names: readonly string[]
  readonly mappings: string
}

export interface MapInput {
  readonly code: string
  readonly id: string
  readonly edits: readonly Edit[]
  readonly delimiter: string
  readonly inputMap: SourceMapInput | undefined
}

export function createMap({ code, id, edits, delimiter, inputMap }: MapInput): SourceMapV3 {
  const own = drawMap(code, mergeEdits(edits, delimiter), id).toString()
  if (inputMap === undefined) return JSON.parse(own) as SourceMapV3 // SAFE: magic-string wrote it
  const chained = remapping([own, inputMap as string], () => null)
  return JSON.parse(chained.toString()) as SourceMapV3 // SAFE: remapping wrote it
}
