/** Numbers the variables that probes name, so that writes of one variable are found together, whatever function makes them. */
import type { Binding } from '@hindscope/protocol'
import type { Scope } from '../2-analyze/scope.ts'
import type { FunctionSite, PlannedFunction } from '../types.ts'

export class BindingTable {
  private readonly indexes = new Map<Scope, Map<string, number>>()
  private readonly found: { readonly name: string; readonly scope: Scope }[] = []

  /** The scope is the one that declares the name. */
  indexOf(name: string, scope: Scope): number {
    let names = this.indexes.get(scope)
    if (names === undefined) this.indexes.set(scope, (names = new Map()))
    const known = names.get(name)
    if (known !== undefined) return known
    names.set(name, this.found.length)
    this.found.push({ name, scope })
    return this.found.length - 1
  }

  rows(planned: ReadonlyMap<FunctionSite, PlannedFunction>): Binding[] {
    const functionScopes = new Map([...planned.values()].map(({ site, index }) => [site.scope, index]))
    return this.found.map(({ name, scope }) => ({ name, kind: scope.names?.get(name) ?? 'lexical', parent: functionOf(scope, functionScopes) }))
  }
}

function functionOf(scope: Scope, functionScopes: ReadonlyMap<Scope, number>): number {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const index = functionScopes.get(at)
    if (index !== undefined) return index
  }
  return -1
}
