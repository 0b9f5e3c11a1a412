/** What the reader has to know about all that is on screen: parts of the file are missing, the collector is gone, the link points nowhere. */
import { useState } from 'preact/hooks'
import type { ComponentChildren, VNode } from 'preact'
import type { Damage } from '@hindscope/protocol'
import { diagnostic } from '@hindscope/protocol'
import { formatBytes } from '../core/byte-text.ts'
import { formatMoment } from '../core/moment.ts'
import { formatExact } from '../core/time-text.ts'
import type { Failure } from '../engine/failure.ts'
import { valueOf } from '../engine/resource.ts'
import { IconButton } from '../widgets/icon-button.tsx'
import { useApp } from './context.ts'

export function Banners(): VNode {
  const { bench, host } = useApp()
  const [seen, setSeen] = useState<readonly string[]>([])
  const { model } = bench
  const moment = model.moment.value
  const event = bench.event.state.value
  const isMissing =
    host.kind !== 'none' &&
    moment !== undefined &&
    event.status === 'failed' &&
    event.failure.code === 'not-found' &&
    valueOf(bench.session.state.value) !== undefined
  return (
    <>
      {host.kind === 'collector' && host.isGone.value && valueOf(bench.session.state.value) !== undefined && (
        <Banner failure={diagnostic('ui-collector-gone', 'error')} testId="offline">
          <button
            type="button"
            class="button"
            onClick={() => {
              bench.live.retry()
              bench.sessions.reload()
            }}
          >
            Retry
          </button>
        </Banner>
      )}
      {isMissing && (
        <Banner failure={diagnostic('ui-moment-missing', 'warning', { moment: formatMoment(moment) })} testId="moment-missing">
          <button type="button" class="button" onClick={() => model.commit({ moment: undefined })}>
            Go to a moment that is there
          </button>
        </Banner>
      )}
      {host.kind === 'file' &&
        host.trace.remarks
          .filter(({ failure }) => !seen.includes(failure.message))
          .map(({ failure, damage }) => (
            <Banner key={failure.message} failure={failure} testId="partial" details={damage.length > 0 && <DamageList damage={damage} />}>
              <IconButton icon="close" label="Dismiss" onClick={() => setSeen([...seen, failure.message])} />
            </Banner>
          ))}
    </>
  )
}

function Banner(props: {
  readonly failure: Failure
  readonly testId: string
  readonly children: ComponentChildren
  readonly details?: ComponentChildren
}): VNode {
  const { failure, testId, children, details } = props
  return (
    <div class="banner" role="status" data-testid={testId}>
      <div class="banner-row">
        <p class="banner-text">
          <b>{failure.message}</b> {failure.fix} <code>{failure.code}</code>
        </p>
        {children}
      </div>
      {details}
    </div>
  )
}

const SHOWN_DAMAGE = 100

function DamageList({ damage }: { readonly damage: readonly Damage[] }): VNode {
  return (
    <details class="damage">
      <summary>Where</summary>
      <ul>
        {damage.slice(0, SHOWN_DAMAGE).map(({ offset, bytes, code, message }) => (
          <li key={offset} data-testid="damage">
            Byte {formatExact(offset)}, {formatBytes(bytes)}: {message.replace(`[hindscope:${code}] `, '')} <code>{code}</code>
          </li>
        ))}
        {damage.length > SHOWN_DAMAGE && <li>…and {formatExact(damage.length - SHOWN_DAMAGE)} more</li>}
      </ul>
    </details>
  )
}
