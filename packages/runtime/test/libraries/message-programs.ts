/** Reads what a trace says of messages: who sent each, and what its receiver did because of it. */

interface Node {
  /** Argument of a recorded call, or `<operation> <destination>` of a message. */
  readonly label: string
  /** Id of its cause. */
  readonly cause: string | undefined
}

const CALL = /^call-enter #(\d+) (?:[<≪](\d+) )?.*?\("(.*)"\)/
const START = /^activity-start #(\d+) (?:[<≪](\d+) )?(\S+) → (\{.*\})/
const END = /^activity-end #(\d+) message → (\{.*\})/

/** Calls and activities by id; what was received is caused by the activity of the same realm that sent it. */
function nodesOf(lines: readonly string[]): Map<string, Node> {
  const nodes = new Map<string, Node>()
  for (const line of lines) {
    const [, call = '', by, argument = ''] = CALL.exec(line) ?? []
    if (call !== '') nodes.set(call, { label: argument, cause: by })
    const [, id = '', link, type, fields = ''] = START.exec(line) ?? []
    if (id === '') continue
    const sender = /traceparent: "00-[0-9a-f]{32}-[0-9a-f]{8}([0-9a-f]{8})-01"/.exec(fields)?.[1]
    const cause = sender === undefined ? link : String(Number.parseInt(sender, 16))
    nodes.set(id, { label: type === 'message' ? `${textIn(fields, 'operation')} ${textIn(fields, 'destination')}` : String(type), cause })
  }
  return nodes
}

const textIn = (fields: string, name: string): string => new RegExp(`${name}: "([^"]*)"`).exec(fields)?.[1] ?? '?'

function chainOf(nodes: ReadonlyMap<string, Node>, { label, cause }: Node): string {
  let text = label
  for (let at = cause; at !== undefined; at = nodes.get(at)?.cause) text += ` < ${nodes.get(at)?.label ?? '?'}`
  return text
}

/** `call < its cause < the cause of that …` of every recorded call, in order. */
export function chainsOf(lines: readonly string[]): string[] {
  const nodes = nodesOf(lines)
  return lines.flatMap(line => {
    const node = nodes.get(CALL.exec(line)?.[1] ?? '')
    return node === undefined ? [] : [chainOf(nodes, node)]
  })
}

/** `operation destination < cause … {fields} → {end}` of every message, in order; without context and numbers of bytes. */
export function messagesOf(lines: readonly string[]): string[] {
  const nodes = nodesOf(lines)
  const ends = new Map<string, string>()
  for (const line of lines) {
    const [, id = '', end = ''] = END.exec(line) ?? []
    if (id !== '') ends.set(id, ends.has(id) ? 'twice' : end)
  }
  return lines.flatMap(line => {
    const [, id = '', , type, fields = ''] = START.exec(line) ?? []
    const node = nodes.get(id)
    if (type !== 'message' || node === undefined) return []
    const rest = fields
      .slice(1, -1)
      .split(/, (?=\w+: )/)
      .filter(field => !/^(?:system|operation|destination|traceparent): /.test(field))
    return [`${chainOf(nodes, node)} {${rest.join(', ')}} → ${ends.get(id) ?? 'open'}`]
  })
}
