/**
 * Names of probes that outlive an edit. The numeric id of a probe is the position in one version of one module: every edit of a file makes
 * another module. Readers that compare versions use these texts: a probe keeps its identity as long as the text of the function around it
 * and the names of the functions around that stay the same, wherever in the file they move.
 *
 *   src/cart.ts#Cart.total@1f3a9c02          a function: path, names from the outside in, hash of its text; `~2` for the second like it
 *   src/cart.ts#Cart.total@1f3a9c02/write n@1:6     another probe: kind and label, line and column from the start of the function
 */
import { crc32 } from './crc32.ts'
import { probeLabel } from './probe-manifest.ts'
import type { FunctionProbe, Probe, ProbeManifest } from './probe-manifest.ts'

/** One identity per probe, in the order of the manifest. Where a source's text is unknown, its probes are only those of their module. */
export function probeIdentities(manifest: ProbeManifest): readonly string[] {
  const texts = manifest.sources.map(({ content }) => content?.split(/\r\n|[\n\r\u2028\u2029]/))
  const chains: string[] = []
  const ids: string[] = []
  const seen = new Map<string, number>()
  manifest.probes.forEach((probe, index) => {
    const around = manifest.probes[probe.parent]
    const lines = texts[probe.source]
    const path = manifest.sources[probe.source]?.path ?? ''
    if (lines === undefined || (probe.kind !== 'function' && around === undefined)) ids[index] = `${manifest.module}:${index}`
    else if (probe.kind === 'function') {
      const chain = (chains[index] =
        around === undefined || isModule(around) ? `${path}#${probe.name}` : `${chains[probe.parent] ?? path}/${probe.name}`)
      ids[index] = numbered(seen, `${chain}@${textHash(lines, probe)}`)
    } else {
      const line = probe.range[0] - (around?.range[0] ?? 0)
      const column = probe.range[1] - (line === 0 ? (around?.range[1] ?? 0) : 0)
      ids[index] = numbered(seen, `${ids[probe.parent] ?? ''}/${probe.kind} ${probeLabel(probe)}@${line}:${column}`)
    }
  })
  return ids
}

/** Whether a module's own code has a probe depends on the level: it is no part of the names of its functions. */
const isModule = (probe: Probe): boolean => probe.kind === 'function' && probe.functionKind === 'module'

function numbered(seen: Map<string, number>, id: string): string {
  const count = (seen.get(id) ?? 0) + 1
  seen.set(id, count)
  return count === 1 ? id : `${id}~${count}`
}

function textHash(lines: readonly string[], { range: [startLine, startColumn, endLine, endColumn] }: FunctionProbe): string {
  const text = lines.slice(startLine - 1, endLine)
  text[text.length - 1] = (text[text.length - 1] ?? '').slice(0, endColumn)
  text[0] = (text[0] ?? '').slice(startColumn)
  return crc32(new TextEncoder().encode(text.join('\n')))
    .toString(16)
    .padStart(8, '0')
}
