/** Reads what realms recorded: who they are and what ran in them. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ChunkType, decodeDefinitions } from '@hindscope/protocol'
import type { RealmDefinition } from '@hindscope/protocol'
import { dumpEvents, readChunks } from '@hindscope/testkit'

export interface RecordedRealm {
  readonly definition: RealmDefinition
  /** One line an event; probes by number. */
  readonly lines: readonly string[]
}

export function realmsOf(chunks: readonly Uint8Array[]): RecordedRealm[] {
  const byRealm = new Map<number, { definition?: RealmDefinition; bytes: Uint8Array[] }>()
  for (const bytes of chunks) {
    for (const { chunk, bytes: own } of readChunks(bytes).chunks) {
      const known = byRealm.get(chunk.realm) ?? { bytes: [] }
      byRealm.set(chunk.realm, known)
      known.bytes.push(own)
      if (chunk.type !== ChunkType.definitions) continue
      for (const definition of decodeDefinitions(chunk)) if (definition.kind === 'realm') known.definition = definition
    }
  }
  return [...byRealm.values()].flatMap(({ definition, bytes }) => (definition ? [{ definition, lines: dumpEvents(bytes).split('\n') }] : []))
}

/** Every trace file below the folder. */
export function realmsIn(dataDir: string): RecordedRealm[] {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.hscope'))
  return realmsOf(files.sort().map(name => new Uint8Array(readFileSync(join(dataDir, name)))))
}

/** `kind < kind of its parent: what its first call returned`, sorted. */
export function realmLines(realms: readonly RecordedRealm[]): string[] {
  const kinds = new Map(realms.map(({ definition }) => [definition.realm, definition.realmKind]))
  return realms
    .map(({ definition: { realmKind, parent }, lines }) => {
      const returns = lines.filter(line => line.startsWith('call-return') && line.includes('worked in')).map(line => line.replace(/^.* → /, ''))
      return `${realmKind}${parent === undefined ? '' : ` < ${kinds.get(parent) ?? 'unknown'}`}: ${returns.sort().join(', ')}`
    })
    .sort()
}
