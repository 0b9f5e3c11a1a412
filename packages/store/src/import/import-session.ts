/** A session that is made of foreign events: its realms, its functions, and in the end its chunks. */
import { crc32, encodeDefinitions, realmId } from '@hindscope/protocol'
import type { Definition, Level, RealmDefinition, SessionId } from '@hindscope/protocol'
import { RealmWriter, clockMs } from './chunk-writer.ts'
import { FunctionTable } from './function-table.ts'

/** Where exported definitions begin too: no recorder gets there. */
const FIRST_DEFINITION_NUMBER = 0xff00_0000

export type ImportedRealm = Omit<RealmDefinition, 'kind' | 'session' | 'realm'>

export class ImportSession {
  readonly session: SessionId
  readonly functions: FunctionTable
  private readonly realms: { readonly definition: RealmDefinition; readonly writer: RealmWriter }[] = []
  private readonly sealed: Uint8Array<ArrayBuffer>[] = []

  constructor(session: SessionId, level: Level) {
    this.session = session
    this.functions = new FunctionTable(session, level)
  }

  /** A realm; tracks are numbered in the order of these calls. */
  realm(spec: ImportedRealm): RealmWriter {
    const realm = this.freeRealm()
    const writer = new RealmWriter(this.session, realm, chunk => this.sealed.push(chunk))
    this.realms.push({ definition: { kind: 'realm', session: this.session, realm, ...spec }, writer })
    return writer
  }

  get events(): number {
    return this.realms.reduce((sum, { writer }) => sum + writer.events, 0)
  }

  /** All chunks, definitions first. */
  finish(): readonly Uint8Array<ArrayBuffer>[] {
    for (const { writer } of this.realms) writer.flush()
    let number = FIRST_DEFINITION_NUMBER
    const definitions = this.realms.flatMap(({ definition }, i) => {
      const { realm, startedMs } = definition
      const baseTimeUs = startedMs * 1000
      const place = { session: this.session, realm, firstSeq: 0, hlcFirst: { ms: clockMs(baseTimeUs), counter: 0 }, baseTimeUs }
      const own: Definition[] = [definition, ...this.functions.modulesOf(realm)]
      const manifests = i === 0 ? this.functions.manifests() : []
      return [own, ...manifests.map(each => [each])].map(each => encodeDefinitions({ ...place, number: number++ }, each))
    })
    return [...definitions, ...this.sealed]
  }

  /** Spread over all numbers, so that a span id of another tool is never taken for one of ours. */
  private freeRealm() {
    const taken = new Set<number>(this.realms.map(({ definition }) => definition.realm))
    for (let i = this.realms.length; ; i++) {
      const number = crc32(new TextEncoder().encode(`${this.session} realm ${i}`))
      if (number !== 0 && !taken.has(number)) return realmId(number)
    }
  }
}
