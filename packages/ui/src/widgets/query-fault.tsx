/** The text of a query with the part that cannot be read underlined, and what is wrong with it. */
import type { VNode } from 'preact'
import { faultOf } from '../core/search-run.ts'

export function QueryFaultNote({ query, id }: { readonly query: string; readonly id: string }): VNode | null {
  const fault = faultOf(query)
  if (!fault) return null
  const { offset, length, found, expected, suggestion } = fault
  return (
    <div class="query-fault" id={id} data-testid="query-fault">
      <code class="query-echo" aria-hidden="true">
        {query.slice(0, offset)}
        <span class="query-bad">{query.slice(offset, offset + length) || ' '}</span>
        {query.slice(offset + length)}
      </code>
      <p>
        Character {offset + 1}: {found} is not {expected}.{suggestion !== undefined && ` Did you mean ${suggestion}?`}
      </p>
    </div>
  )
}
