/** Calls by function, with their sums; opened, a function shows what it called. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { FlameAnswer } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { mergedRows, parentOfRow, sortedFunctions } from '../core/merged-calls.ts'
import type { Callees, MergedRow } from '../core/merged-calls.ts'
import type { Measure } from '../core/view-choices.ts'
import { Answer } from '../widgets/states.tsx'
import { VirtualList } from '../widgets/virtual-list.tsx'
import { EmptyList } from './empty-list.tsx'
import { FoldedLine, PathHead, PathLine, foldedText } from './flame-tree.tsx'

export function MergedCalls(): VNode {
  const { aggregates, model } = useBench()
  const measure = model.view.value.choices?.merged ?? 'total'
  return (
    <Answer loaded={aggregates.functions.state.value} label="functions" retry={aggregates.functions.reload}>
      {answer =>
        answer.functions.length === 0 ? (
          <EmptyList what="calls" isFiltered={false}>
            No instrumented function has run: check the include and exclude rules of the plugin.
          </EmptyList>
        ) : (
          <FunctionTree answer={answer} measure={measure} />
        )
      }
    </Answer>
  )
}

function FunctionTree({ answer, measure }: { readonly answer: FlameAnswer; readonly measure: Measure }): VNode {
  const bench = useBench()
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [walked, setWalked] = useState<string>()
  const callees = useCallees(answer, open)
  const rows = useMemo(
    () =>
      mergedRows({
        functions: sortedFunctions(answer, measure),
        left: answer.functionCount - answer.functions.length,
        calleesOf: ({ key }) => callees.get(key),
        isOpen: key => open.has(key),
        noteOf: foldedText,
      }),
    [answer, measure, callees, open],
  )
  const active = rows.findIndex(({ key }) => key === walked)
  const toggle = (key: string): void => {
    const next = new Set(open)
    if (!next.delete(key)) next.add(key)
    setOpen(next)
  }
  const go = (row: MergedRow): void => {
    if (row.kind !== 'note') bench.jump((row.kind === 'callee' ? row.row.node : row.fn).longest)
  }
  const onMove = (index: number): void => setWalked(rows[index]?.key)
  return (
    <>
      <PathHead />
      <VirtualList
        role="treegrid"
        label="Functions"
        testId="merged-calls"
        count={rows.length}
        active={active}
        revealKey={`${walked}:${active >= 0}`}
        onMove={onMove}
        onKey={(event, index) => mergedKey(event.key, rows, index, { toggle, onMove, go })}
        row={(index, attributes, isActive) => {
          const row = rows[index]
          if (row === undefined || row.kind === 'note')
            return <FoldedLine key={index} text={row?.text ?? ''} depth={row?.depth ?? 0} attributes={attributes} active={isActive} />
          return (
            <PathLine
              key={index}
              fn={row.fn}
              measures={row.kind === 'callee' ? row.row.node : row.fn}
              wholeUs={answer.totalUs}
              depth={row.depth}
              expanded={canOpen(row) ? row.expanded : undefined}
              attributes={attributes}
              active={isActive}
              isFound={false}
              onSelect={() => {
                setWalked(row.key)
                go(row)
              }}
              onToggle={() => toggle(row.key)}
            />
          )
        }}
      />
    </>
  )
}

const canOpen = (row: MergedRow): boolean => row.kind === 'function' || (row.kind === 'callee' && row.row.node.children > 0)

interface MergedActions {
  readonly toggle: (key: string) => void
  readonly onMove: (row: number) => void
  readonly go: (row: MergedRow) => void
}

function mergedKey(key: string, rows: readonly MergedRow[], index: number, { toggle, onMove, go }: MergedActions): boolean {
  const row = rows[index]
  if (row === undefined || row.kind === 'note') return false
  if (key === 'Enter' || key === ' ') go(row)
  else if (key === 'ArrowRight') {
    if (row.expanded) onMove(index + 1)
    else if (canOpen(row)) toggle(row.key)
  } else if (key === 'ArrowLeft') {
    const parent = parentOfRow(rows, index)
    if (row.expanded) toggle(row.key)
    else if (parent >= 0) onMove(parent)
  } else return false
  return true
}

const MOST_PATHS = 500

/** Asked for as functions are opened, and again when the sums are others. */
function useCallees(answer: FlameAnswer, open: ReadonlySet<string>): ReadonlyMap<string, Callees> {
  const { model, engine } = useBench()
  const [known, setKnown] = useState<{ readonly of: FlameAnswer; readonly callees: ReadonlyMap<string, Callees> }>({ of: answer, callees: new Map() })
  const callees = known.of === answer ? known.callees : new Map<string, Callees>()
  const missing = answer.functions.map(({ key }) => key).filter(key => open.has(key) && !callees.has(key))
  useEffect(() => {
    const { session, range } = model.view.peek()
    const controller = new AbortController()
    for (const key of session === undefined ? [] : missing) {
      const focus = { function: key, side: 'callees' } as const
      void engine.ask('flame', { session: session ?? '', ...range, focus, limit: MOST_PATHS }, controller.signal).then(result => {
        const value: Callees = result.ok ? result.value : result.failure
        setKnown(now => ({ of: answer, callees: new Map(now.of === answer ? now.callees : []).set(key, value) }))
      })
    }
    return () => controller.abort()
  }, [answer, missing.join('\n')])
  return callees
}
