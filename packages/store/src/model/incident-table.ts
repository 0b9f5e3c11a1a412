/** What recorders and the collector said about incidents (protocol/incidents.ts), and which reports belong together. */
import { isIncidentDefinition } from '@hindscope/protocol'
import type { Definition, IncidentDefinition, IncidentRealmsDefinition, KeptDefinition } from '@hindscope/protocol'

/** Reports of one incident: the first opened its window, the others lie in it. */
export interface IncidentGroup {
  readonly first: IncidentDefinition
  readonly reports: readonly IncidentDefinition[]
}

export class IncidentTable {
  /** By id; of repeats the one with the highest count. */
  private readonly reports = new Map<string, IncidentDefinition>()
  private readonly kept = new Map<string, KeptDefinition>()
  private readonly asked = new Map<string, IncidentRealmsDefinition>()

  get size(): number {
    return this.reports.size
  }

  /** Files come from anywhere: what is not what its kind says is left out. */
  add(definition: Definition): void {
    if (definition.kind === 'incident' && isIncidentDefinition(definition)) {
      const known = this.reports.get(definition.id)
      if (known === undefined || known.count <= definition.count) this.reports.set(definition.id, definition)
    } else if (definition.kind === 'kept' && Array.isArray(definition.incidents)) {
      for (const id of definition.incidents) this.kept.set(`${id} ${definition.realm}`, definition)
    } else if (definition.kind === 'incident-realms' && Array.isArray(definition.realms)) {
      const known = this.asked.get(definition.incident)
      if (known === undefined || !known.closed || definition.closed) this.asked.set(definition.incident, definition)
    }
  }

  has(id: string): boolean {
    return this.reports.has(id)
  }

  keptBy(id: string, realm: number): KeptDefinition | undefined {
    return this.kept.get(`${id} ${realm}`)
  }

  askedFor(id: string): IncidentRealmsDefinition | undefined {
    return this.asked.get(id)
  }

  /** Ascending in time. */
  groups(): IncidentGroup[] {
    const groups: { first: IncidentDefinition; reports: IncidentDefinition[] }[] = []
    const inOrder = [...this.reports.values()].sort((a, b) => a.atUs - b.atUs || (a.id < b.id ? -1 : 1))
    for (const report of inOrder) {
      const open = groups.at(-1)
      if (open !== undefined && report.atUs <= open.first.untilUs) open.reports.push(report)
      else groups.push({ first: report, reports: [report] })
    }
    return groups
  }

  /** All of it, for a file. */
  definitions(): Definition[] {
    return [...this.reports.values(), ...new Set(this.kept.values()), ...this.asked.values()]
  }
}
