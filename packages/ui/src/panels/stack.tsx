/** How the program came here: calls innermost first, then their causes, across tracks. A frame changes source and values, not the moment. */
import type { StackFrame } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { callKey } from '../core/call-rows.ts'
import { valueOf } from '../engine/resource.ts'
import { activityLook, lookOf } from '../theme/kinds.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import { Answer, Empty } from '../widgets/states.tsx'

export function StackPanel(): VNode {
  const { stack } = useBench()
  return (
    <div class="stack">
      <Answer loaded={stack.state.value} label="stack" retry={stack.reload} idle={<Empty title="No moment chosen" />}>
        {frames =>
          frames.length === 0 ? (
            <Empty title="Between calls">No recorded call was running at this event.</Empty>
          ) : (
            <ol class="frames" aria-label="Call stack, innermost first">
              {frames.map((frame, index) => (
                <Frame key={callKey(frame.node.ref)} frame={frame} index={index} next={frames[index + 1]} />
              ))}
            </ol>
          )
        }
      </Answer>
    </div>
  )
}

function Frame({ frame, index, next }: { readonly frame: StackFrame; readonly index: number; readonly next: StackFrame | undefined }): VNode {
  const { model, session } = useBench()
  const { node, via } = frame
  const isChosen = (model.moment.value?.frame ?? 0) === index
  const trackName = (track: number): string => valueOf(session.state.value)?.tracks.find(one => one.track === track)?.name ?? `track ${track}`
  const choose = (): void => {
    const moment = model.moment.peek()
    if (moment) model.commit({ moment: { ref: moment.ref, frame: index }, source: undefined })
  }
  return (
    <li>
      <button type="button" class={`frame${isChosen ? ' frame-chosen' : ''}`} aria-current={isChosen} data-testid="stack-frame" onClick={choose}>
        <KindSign look={node.activity ? activityLook(node.activity) : lookOf({ kind: 'callEnter' })} error={node.outcome === 'threw'} />
        <span class="frame-name">{node.name}</span>
        <span class="frame-place">{node.location ? `${node.location.file}:${node.location.line}` : ''}</span>
      </button>
      {next && via !== 'call' && (
        <div class={`frame-cause frame-${via}`}>
          {via === 'remote' ? `caused from another track: ${trackName(next.node.ref.track)}` : 'caused by (not called by)'}
        </div>
      )}
    </li>
  )
}
