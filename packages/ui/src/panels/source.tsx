/** The code in the middle: the file of the selected frame, or one that the user picked, with what this call did written at the line ends. */
import { useComputed, useSignalEffect } from '@preact/signals'
import { signal } from '@preact/signals-core'
import type { Signal } from '@preact/signals-core'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { inlineValues } from '../core/inline-values.ts'
import { formatCount } from '../core/time-text.ts'
import { valueOf } from '../engine/resource.ts'
import { Empty, FailureView, Skeleton } from '../widgets/states.tsx'
import { Executions } from './executions.tsx'
import type { ExecutionsAt } from './executions.tsx'
import { LogpointForm } from './logpoint-form.tsx'
import type { LogpointPlace } from './logpoint-form.tsx'
import type { Annotations, SourceEditor } from './source-editor.ts'

export function SourcePanel(): VNode {
  const bench = useBench()
  const { place, source, session } = bench
  const loaded = source.state.value
  const detail = valueOf(loaded)
  const [executions, setExecutions] = useState<ExecutionsAt>()
  const [logAt, setLogAt] = useState<LogpointPlace>()
  const editor = useMemo(() => signal<SourceEditor | undefined>(undefined), [])
  return (
    <section class="panel source-panel" aria-label="Source" data-testid="source">
      <SourceHead askLogpoint={detail?.content === undefined ? undefined : () => editor.peek()?.askLogpoint()} />
      {loaded.status === 'failed' && <FailureView failure={loaded.failure} retry={source.reload} />}
      {loaded.status === 'loading' && !detail && <Skeleton rows={16} label="source" />}
      {!place.value && <NoSource hasEvents={(valueOf(session.state.value)?.events ?? 0) > 0} />}
      {detail && detail.content === undefined && (
        <Empty title="The text of this file was not recorded">
          The source map of {detail.path} carried no text. Hits: {detail.hits.length} lines in {detail.functions.length} functions.
        </Empty>
      )}
      <EditorHost editor={editor} visible={detail?.content !== undefined && place.value !== undefined} onHits={setExecutions} onLogpoint={setLogAt} />
      {executions && <Executions at={executions} onClose={() => setExecutions(undefined)} />}
      {logAt && <LogpointForm at={logAt} onClose={() => setLogAt(undefined)} />}
    </section>
  )
}

function NoSource({ hasEvents }: { readonly hasEvents: boolean }): VNode {
  const { model, sources } = useBench()
  const first = valueOf(sources.state.value)?.[0]
  if (!hasEvents) return <Empty title="No source yet">It appears with the first recorded call.</Empty>
  return (
    <Empty
      title="This event has no place in the source"
      {...(first && { action: { label: `Open ${first.path}`, run: () => model.commit({ source: { path: first.path } }) } })}
    >
      Choose a call, or a file from the list above.
    </Empty>
  )
}

function SourceHead({ askLogpoint }: { readonly askLogpoint: (() => void) | undefined }): VNode {
  const { place, sources, model, call } = useBench()
  const files = valueOf(sources.state.value) ?? []
  const path = place.value?.path
  const isPicked = model.sourcePlace.value !== undefined
  const node = valueOf(call.state.value)?.node
  return (
    <div class="panel-head">
      <label class="visually-hidden" for="file-picker">
        File
      </label>
      <select
        id="file-picker"
        class="select file-picker"
        value={path ?? ''}
        onChange={event => model.commit({ source: { path: event.currentTarget.value } })}
      >
        {path === undefined && <option value="">No file</option>}
        {path !== undefined && !files.some(file => file.path === path) && <option value={path}>{path}</option>}
        {files.map(file => (
          <option key={file.path} value={file.path}>
            {file.path} · {formatCount(file.calls)} calls{file.errors > 0 ? ` · ${formatCount(file.errors)} errors` : ''}
          </option>
        ))}
      </select>
      {isPicked && node?.location && (
        <button type="button" class="button" onClick={() => model.commit({ source: undefined })}>
          Back to {node.name}
        </button>
      )}
      {askLogpoint && (
        <button
          type="button"
          class="button log-button"
          title="Log an expression at every execution of the line of the caret  (L)"
          onClick={askLogpoint}
        >
          Log…
        </button>
      )}
    </div>
  )
}

interface EditorHostProps {
  readonly editor: Signal<SourceEditor | undefined>
  readonly visible: boolean
  readonly onHits: (at: ExecutionsAt) => void
  readonly onLogpoint: (at: LogpointPlace) => void
}

function EditorHost({ editor, visible, onHits, onLogpoint }: EditorHostProps): VNode {
  const bench = useBench()
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let gone = false
    void import('./source-editor.ts').then(({ createSourceEditor }) => {
      if (gone || !host.current) return
      editor.value = createSourceEditor(host.current, {
        onValue: ref => bench.jump(ref),
        onHits(line, anchor) {
          const path = bench.place.peek()?.path
          const column = valueOf(bench.source.state.peek())?.hits.find(hits => hits.line === line)?.column
          if (path !== undefined) onHits({ path, line, column, cssLeft: anchor.right + 6, cssTop: anchor.top })
        },
        onLogpoint(line, { left, bottom }) {
          const path = bench.place.peek()?.path
          if (path !== undefined) onLogpoint({ path, line, cssLeft: left, cssTop: bottom })
        },
      })
    })
    return () => {
      gone = true
      editor.peek()?.destroy()
    }
  }, [])
  const annotations = useComputed<Annotations | undefined>(() => {
    const detail = valueOf(bench.source.state.value)
    if (!detail) return undefined
    const call = valueOf(bench.call.state.value)
    const ref = bench.model.moment.value?.ref
    const isHere = call?.node.location?.file === detail.path
    return {
      hits: detail.hits,
      unreached: detail.unreached,
      range: isHere ? call.range : undefined,
      line: bench.place.value?.path === detail.path ? bench.place.value.line : undefined,
      inline: isHere && ref ? inlineValues(call.lineValues, ref) : new Map(),
      logged: new Set((bench.model.view.value.logpoints ?? []).filter(({ path }) => path === detail.path).map(({ line }) => line)),
    }
  })
  useSignalEffect(() => {
    const view = editor.value
    const detail = valueOf(bench.source.state.value)
    if (!view || detail?.content === undefined) return
    view.show(detail.path, detail.content)
    if (annotations.value) view.annotate(annotations.value, true)
  })
  // What is not laid out cannot be scrolled.
  useLayoutEffect(() => {
    const known = annotations.peek()
    if (visible && known) editor.peek()?.annotate(known, true)
  }, [visible])
  return <div ref={host} class="editor" style={{ display: visible ? 'block' : 'none' }} />
}
