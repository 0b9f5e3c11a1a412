import { useEffect, useRef } from 'preact/hooks'
import type { VNode } from 'preact'
import { shownKeys } from '../core/own-keys.ts'
import { COMMANDS } from './commands.ts'
import { useApp } from './context.ts'

const TIMELINE_KEYS: readonly (readonly [string, string])[] = [
  ['W / S', 'Zoom in / out'],
  ['A / D', 'Earlier / later'],
  ['F', 'Fit the whole session'],
  ['Ctrl + wheel', 'Zoom at the pointer'],
  ['Drag on the ruler', 'Choose a range'],
  ['Double click', 'Fit'],
]

export function Help(): VNode {
  const { layout, settings } = useApp()
  const dialog = useRef<HTMLDialogElement>(null)
  const open = layout.help.value
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={() => (layout.help.value = false)}>
      <form method="dialog" class="help-head">
        <h2 id="help-title">Keys</h2>
        <button class="button">Close</button>
      </form>
      <p class="muted">Hovering previews, clicking goes there, Alt+← comes back. Every place has its own address: copy it from the browser.</p>
      <div class="help-columns">
        <dl>
          {COMMANDS.map(({ id, keys, words }) => (
            <div key={id}>
              <dt>
                {shownKeys({ id, keys }, settings.ownKeys.value).map(text => (
                  <kbd key={text}>{text}</kbd>
                ))}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <dl>
          <div class="help-group">In the timeline</div>
          {TIMELINE_KEYS.map(([keys, words]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
          <div class="help-group">In the State list</div>
          <div>
            <dt>
              <kbd>X</kbd>
            </dt>
            <dd>Put the running app here; with Shift back</dd>
          </div>
          <div class="help-group">In lists and trees</div>
          <div>
            <dt>
              <kbd>↑ ↓ ← →</kbd>
            </dt>
            <dd>Move, fold, unfold</dd>
          </div>
          <div>
            <dt>
              <kbd>Enter</kbd>
            </dt>
            <dd>Go there</dd>
          </div>
        </dl>
      </div>
    </dialog>
  )
}
