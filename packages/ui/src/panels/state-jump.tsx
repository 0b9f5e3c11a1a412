/** The line that puts the running program to what is shown. There is none where that cannot be done. */
import type { VNode } from 'preact'
import { useBench } from '../app/context.ts'
import { stateViewOf } from '../core/state-view.ts'
import type { JumpProgress } from '../core/store-jump.ts'
import { FailureView } from '../widgets/states.tsx'

export function JumpLine(): VNode | null {
  const { jump } = stateViewOf(useBench())
  const store = jump.store.value
  const progress = jump.progress.value
  if (!store) return null
  const isAsking = progress?.status === 'asking'
  const run = (deed: 'there' | 'back'): void => {
    if (!isAsking) void jump.run(deed)
  }
  return (
    <>
      <div class="state-line state-jump" data-testid="state-jump">
        <button
          type="button"
          class="button"
          title="Give the running app the state of this moment  (X)"
          aria-keyshortcuts="X"
          aria-disabled={isAsking}
          onClick={() => run('there')}
        >
          Put the running app here
        </button>
        {store.isAway && (
          <button
            type="button"
            class="button"
            title="Give it the state back that it had before; what it became since is lost  (Shift+X)"
            aria-keyshortcuts="Shift+X"
            aria-disabled={isAsking}
            onClick={() => run('back')}
          >
            Back to live
          </button>
        )}
        <span class="muted" role="status" data-testid="jump-status">
          {progress ? wordsOf(progress) : ''}
        </span>
      </div>
      {progress?.status === 'refused' && <FailureView failure={progress.failure} retry={() => run(progress.deed)} />}
    </>
  )
}

function wordsOf(progress: JumpProgress): string {
  if (progress.status === 'asking') return 'Asking the program…'
  if (progress.status === 'refused') return 'It did not.'
  return progress.ref === undefined ? 'It has its own state again.' : `It has the state of ${progress.ref} now.`
}
