/** Source text that a probe stands for. Manifests hold whole files, so the lines of each are split once. */
import { sourceLines, textOfRange } from '@hindscope/protocol'
import type { ManifestSource } from '@hindscope/protocol'
import { oneLine } from './format-value.ts'
import type { Site } from './site-table.ts'

const MAX_TEXT = 60
const linesOf = new WeakMap<ManifestSource, readonly string[]>()

/** On one line; '' where the manifest carries no source. */
export function textOfSite({ manifest, probe }: Site): string {
  if (probe === undefined) return ''
  const source = manifest?.sources[probe.source]
  if (source?.content === undefined) return ''
  let lines = linesOf.get(source)
  if (lines === undefined) linesOf.set(source, (lines = sourceLines(source.content)))
  return oneLine(textOfRange(lines, probe.range).trim(), MAX_TEXT)
}
