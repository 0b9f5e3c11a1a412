import type { VNode } from 'preact'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

export interface IconButtonProps {
  readonly icon: IconName
  readonly label: string
  /** Shown in the tooltip. */
  readonly keys?: string
  readonly testId?: string
  readonly pressed?: boolean
  readonly disabled?: boolean
  readonly class?: string
  readonly onClick: () => void
}

export function IconButton(props: IconButtonProps): VNode {
  const { label, keys } = props
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ''}`}
      aria-label={label}
      title={keys === undefined ? label : `${label}  (${keys})`}
      aria-keyshortcuts={keys?.split(' ')[0]}
      aria-pressed={props.pressed}
      disabled={props.disabled}
      data-testid={props.testId}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  )
}
