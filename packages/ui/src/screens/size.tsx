/** What made this trace big, and the line of the config that leaves it out the next time. */
import type { SizePart, TraceSizes, ValueSizePart } from '@hindscope/protocol'
import { useState } from 'preact/hooks'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { copyText } from '../app/sharing.ts'
import { formatBytes } from '../core/byte-text.ts'
import { SIZE_LISTS, excludeLine } from '../core/exclude-line.ts'
import type { SizeListName } from '../core/exclude-line.ts'
import { formatExact } from '../core/time-text.ts'
import { Answer, Empty } from '../widgets/states.tsx'

const WORDS: Readonly<Record<SizeListName, string>> = {
  kinds: 'Kind of event',
  functions: 'Function',
  files: 'File',
  values: 'Values',
  tracks: 'Realm',
}

export function SizeScreen(): VNode {
  const { reports } = useBench()
  const [list, setList] = useState<SizeListName>('kinds')
  return (
    <Answer loaded={reports.sizes.state.value} label="sizes" retry={reports.sizes.reload} idle={<Empty title="No session chosen" />}>
      {sizes =>
        sizes.events === 0 ? (
          <Empty title="No events yet">What the trace is made of shows once something is recorded.</Empty>
        ) : (
          <>
            <p>
              {formatBytes(sizes.bytes)} in {formatExact(sizes.events)} events, {formatBytes(sizes.valueBytes)} of it values.{' '}
              <span class="muted">As recorded; a finished session takes less on disk.</span>
            </p>
            <div class="pills" role="group" aria-label="By">
              {SIZE_LISTS.map(name => (
                <button key={name} type="button" class="pill" aria-pressed={list === name} onClick={() => setList(name)}>
                  {WORDS[name]}
                </button>
              ))}
            </div>
            <Parts sizes={sizes} list={list} />
          </>
        )
      }
    </Answer>
  )
}

function Parts({ sizes, list }: { readonly sizes: TraceSizes; readonly list: SizeListName }): VNode {
  const { parts, total } = sizes[list]
  return (
    <>
      <div class="screen-table">
        <table data-testid="size-table">
          <thead>
            <tr>
              <th scope="col">{WORDS[list]}</th>
              <th scope="col" class="number">
                Events
              </th>
              <th scope="col" class="number">
                Bytes
              </th>
              <th scope="col" class="number">
                Values
              </th>
              <th scope="col">Share</th>
              <th scope="col">Next time</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part, i) => (
              <Part key={`${part.name} ${i}`} part={part} list={list} all={sizes.bytes} />
            ))}
          </tbody>
        </table>
      </div>
      {total > parts.length && (
        <p class="muted">
          The largest {formatExact(parts.length)} of {formatExact(total)}.
        </p>
      )}
    </>
  )
}

function Part({ part, list, all }: { readonly part: SizePart | ValueSizePart; readonly list: SizeListName; readonly all: number }): VNode {
  const bench = useBench()
  const { name, events, bytes, valueBytes, location } = part
  const line = excludeLine(list, part)
  const percent = all === 0 ? 0 : (100 * bytes) / all
  return (
    <tr>
      <th scope="row">
        {'largest' in part ? (
          <button
            type="button"
            class="text-action"
            title={`The largest has ${formatBytes(part.largestBytes)}`}
            onClick={() => bench.model.commit({ moment: { ref: part.largest }, source: undefined, screen: undefined })}
          >
            {name}
          </button>
        ) : location ? (
          <button
            type="button"
            class="text-action"
            onClick={() => bench.model.commit({ source: { path: location.file, line: location.line }, screen: undefined })}
          >
            {name}
          </button>
        ) : (
          name
        )}{' '}
        {location && (
          <span class="muted">
            {location.file}:{location.line}
          </span>
        )}
      </th>
      <td class="number">{formatExact(events)}</td>
      <td class="number">{formatBytes(bytes)}</td>
      <td class="number">{valueBytes === 0 ? '–' : formatBytes(valueBytes)}</td>
      <td>
        <span class="share" title={`${percent.toFixed(1)} %`}>
          <span class="share-bar" style={{ width: `${percent}%` }} />
        </span>
        <span class="share-text">{percent < 0.1 ? '<0.1' : percent.toFixed(1)} %</span>
      </td>
      <td>
        {line !== undefined && (
          <button type="button" class="text-action" title={line} onClick={() => void copyText(bench, line, `the line for the config: ${line}`)}>
            Exclude…
          </button>
        )}
      </td>
    </tr>
  )
}
