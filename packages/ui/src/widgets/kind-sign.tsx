import type { VNode } from 'preact'
import type { KindLook } from '../theme/kinds.ts'

/** The coloured sign in front of an event or call. */
export function KindSign({ look, error = false }: { readonly look: KindLook; readonly error?: boolean }): VNode {
  return (
    <span class={`kind kind-${look.visual}${error ? ' kind-error' : ''}`} title={look.word}>
      <span aria-hidden="true">{look.sign}</span>
      <span class="visually-hidden">{error ? `${look.word}, error` : look.word}</span>
    </span>
  )
}
