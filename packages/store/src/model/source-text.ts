/** Source text that a probe stands for. Manifests hold whole files, so the lines of each are split once. */
import { sourceLines, textOfRange } from '@hindscope/protocol'
import type { ManifestSource, Probe, ProbeManifest } from '@hindscope/protocol'
import { oneLine } from './format-value.ts'
import type { Site } from './site-table.ts'

const MAX_TEXT = 60
const linesOf = new WeakMap<ManifestSource, readonly string[]>()
const textOf = new WeakMap<Probe, string>()

/** On one line; '' where the manifest carries no source. A page of events asks for the same few again and again. */
export function textOfSite({ manifest, probe }: Site): string {
  if (probe === undefined) return ''
  let text = textOf.get(probe)
  if (text === undefined) textOf.set(probe, (text = readText(manifest, probe)))
  return text
}

function readText(manifest: ProbeManifest | undefined, probe: Probe): string {
  const source = manifest?.sources[probe.source]
  if (source?.content === undefined) return ''
  let lines = linesOf.get(source)
  if (lines === undefined) linesOf.set(source, (lines = sourceLines(source.content)))
  return oneLine(textOfRange(lines, probe.range).trim(), MAX_TEXT)
}
