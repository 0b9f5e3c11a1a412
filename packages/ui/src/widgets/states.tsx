/** What a panel shows when it has nothing to show: never a blank, always the cause and the next action. */
import type { ComponentChildren, VNode } from 'preact'
import type { Failure } from '../engine/failure.ts'
import { valueOf } from '../engine/resource.ts'
import type { Loaded } from '../engine/resource.ts'

export function Skeleton({ rows = 6, label }: { readonly rows?: number; readonly label: string }): VNode {
  return (
    <div class="skeleton" role="status" data-testid="loading-first">
      <span class="visually-hidden">Loading {label}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} class="skeleton-row" style={{ width: `${88 - ((i * 37) % 52)}%` }} />
      ))}
    </div>
  )
}

export function Empty(props: {
  readonly title: string
  readonly children?: ComponentChildren
  readonly action?: { readonly label: string; readonly run: () => void }
  readonly testId?: string
}): VNode {
  return (
    <div class="empty" data-testid={props.testId ?? 'empty-new'}>
      <p class="empty-title">{props.title}</p>
      {props.children && <div class="empty-text">{props.children}</div>}
      {props.action && (
        <button type="button" class="button" onClick={props.action.run}>
          {props.action.label}
        </button>
      )}
    </div>
  )
}

export function FailureView({ failure, retry }: { readonly failure: Failure; readonly retry?: () => void }): VNode {
  return (
    <div class="failure" role="alert" data-testid="error">
      <p class="failure-text">{failure.message}</p>
      {failure.fix && <p class="failure-fix">{failure.fix}</p>}
      <p class="failure-row">
        <code>{failure.code}</code>
        {retry && (
          <button type="button" class="button" onClick={retry}>
            Retry
          </button>
        )}
      </p>
    </div>
  )
}

/** The four states of an answer; content that was there stays while the next one loads. */
export function Answer<T>(props: {
  readonly loaded: Loaded<T>
  readonly label: string
  readonly retry: () => void
  readonly idle?: VNode
  readonly children: (value: T) => VNode
}): VNode {
  const value = valueOf(props.loaded)
  const { loaded } = props
  if (loaded.status === 'failed') {
    return (
      <>
        <FailureView failure={loaded.failure} retry={props.retry} />
        {value !== undefined && props.children(value)}
      </>
    )
  }
  if (value !== undefined) return props.children(value)
  return loaded.status === 'idle' ? (props.idle ?? <Empty title={`No ${props.label}`} />) : <Skeleton label={props.label} />
}
