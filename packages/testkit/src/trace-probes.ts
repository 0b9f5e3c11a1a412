/** Probes and manifests for hand-made traces. */
import { MANIFEST_VERSION, moduleKey } from '@hindscope/protocol'
import type {
  Binding,
  BranchProbe,
  ExpressionProbe,
  FunctionProbe,
  IterationProbe,
  LocalsProbe,
  Probe,
  ProbeManifest,
  PropertyWriteProbe,
  SourceRange,
  StepProbe,
  WriteProbe,
} from '@hindscope/protocol'

export type FunctionSpec = Partial<Omit<FunctionProbe, 'kind' | 'name' | 'range'>> & { readonly line?: number; readonly endLine?: number }

export const functionProbe = (name: string, spec: FunctionSpec = {}): FunctionProbe => {
  const { line = 1, endLine = line + 2, ...rest } = spec
  return {
    kind: 'function',
    name,
    source: 0,
    range: [line, 0, endLine, 1],
    level: 'values',
    parent: -1,
    functionKind: 'function',
    async: false,
    generator: false,
    params: [],
    ...rest,
  }
}

/** Where a probe inside a function stands. */
export interface PlaceSpec {
  /** Index of the function probe around it. */
  readonly parent?: number
  readonly column?: number
  readonly endColumn?: number
}

const placed = (
  line: number,
  { parent = -1, column = 2, endColumn = column + 4 }: PlaceSpec,
): { readonly source: 0; readonly range: SourceRange; readonly level: 'statements'; readonly parent: number } => ({
  source: 0,
  range: [line, column, line, endColumn],
  level: 'statements',
  parent,
})

export const writeProbe = (name: string, line: number, parent: number, binding = -1): WriteProbe => ({
  kind: 'write',
  name,
  ...placed(line, { parent, endColumn: 2 + name.length }),
  binding,
  declaration: false,
})
export type PropertySpec = PlaceSpec & { readonly operator?: string; readonly before?: true }
export const propertyWriteProbe = (property: string | undefined, line: number, spec: PropertySpec = {}): PropertyWriteProbe => ({
  kind: 'property-write',
  ...placed(line, spec),
  ...(property === undefined ? {} : { property }),
  operator: spec.operator ?? '=',
  ...(spec.before === undefined ? {} : { before: spec.before }),
})
export const stepProbe = (line: number, spec: PlaceSpec = {}): StepProbe => ({ kind: 'step', ...placed(line, spec) })
export const branchProbe = (
  branch: BranchProbe['branch'],
  line: number,
  spec: PlaceSpec & { readonly operator?: '&&' | '||' | '??' } = {},
): BranchProbe => ({
  kind: 'branch',
  branch,
  ...placed(line, spec),
  ...(spec.operator === undefined ? {} : { operator: spec.operator }),
})
export const iterationProbe = (line: number, spec: PlaceSpec = {}): IterationProbe => ({ kind: 'iteration', ...placed(line, spec) })
export const expressionProbe = (line: number, spec: PlaceSpec = {}): ExpressionProbe => ({ kind: 'expression', ...placed(line, spec) })
/** `names` with the index of each one's binding. */
export const localsProbe = (at: LocalsProbe['at'], line: number, names: Readonly<Record<string, number>>, spec: PlaceSpec = {}): LocalsProbe => ({
  kind: 'locals',
  ...placed(line, spec),
  at,
  names: Object.keys(names),
  bindings: Object.values(names),
})

export function manifestOf(key: string, path: string, probes: readonly Probe[], content?: string, bindings?: readonly Binding[]): ProbeManifest {
  const source = content === undefined ? { path } : { path, content }
  const module = { version: MANIFEST_VERSION, module: moduleKey(key), id: path, sourceHash: '0'.repeat(16) } as const
  return { ...module, sources: [source], probes, ...(bindings === undefined ? {} : { bindings }) }
}
