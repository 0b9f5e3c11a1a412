import type { Diagnostic } from '@hindscope/protocol'

/** A warning or error in the shape that Rollup, Rolldown, Vite and unplugin's webpack and rspack contexts take. */
export interface BundlerMessage {
  readonly message: string
  readonly id?: string
  readonly loc?: { readonly file: string; readonly line: number; readonly column: number }
  readonly frame?: string
}

export function toBundlerMessage(d: Diagnostic, id: string): BundlerMessage {
  return {
    message: `[hindscope:${d.code}] ${d.message} ${d.fix}`,
    id,
    ...(d.line === undefined ? {} : { loc: { file: d.file ?? id, line: d.line, column: d.column ?? 0 } }),
    ...(d.frame === undefined ? {} : { frame: d.frame }),
  }
}

/** The same with its place and code frame in the text, for bundlers that print the text alone. */
export function toTextMessage(d: Diagnostic, id: string): BundlerMessage {
  const place = d.line === undefined ? '' : `${d.file ?? id}:${d.line}:${(d.column ?? 0) + 1} `
  const frame = d.frame === undefined ? '' : `\n${d.frame}`
  return { message: `${place}[hindscope:${d.code}] ${d.message} ${d.fix}${frame}`, id }
}
