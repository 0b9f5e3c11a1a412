/** What can be done with a place in the source outside of this page. */
import type { VNode } from 'preact'
import { useApp } from '../app/context.ts'
import { copyText } from '../app/sharing.ts'
import { editorLink } from '../core/settings.ts'
import type { FilePlace } from '../core/settings.ts'

export function PlaceActions({ place }: { readonly place: FilePlace }): VNode {
  const { bench, settings } = useApp()
  const link = editorLink(settings.editor.value, settings.projectFolder.value, place)
  return (
    <span class="place-actions">
      {link.kind === 'link' ? (
        <a class="text-action" href={link.href} data-testid="open-editor">
          Open in editor
        </a>
      ) : (
        <button
          type="button"
          class="text-action"
          data-testid="open-editor"
          title={link.kind === 'refused' ? link.reason : 'Paths here begin in the project: say in the settings where it lies'}
          onClick={() => bench.model.adjust({ screen: 'settings' })}
        >
          Set up the editor…
        </button>
      )}
      <button type="button" class="text-action" onClick={() => void copyText(bench, `${place.file}:${place.line}`, 'the path')}>
        Copy path
      </button>
    </span>
  )
}
