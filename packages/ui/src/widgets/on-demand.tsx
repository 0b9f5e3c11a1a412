/** Parts of the page that few open come when they are opened, so that the page itself comes sooner. */
import { useEffect, useState } from 'preact/hooks'
import type { VNode } from 'preact'
import { diagnostic } from '@hindscope/protocol'
import { FailureView, Skeleton } from './states.tsx'

type Part = () => VNode | null
type Loading = { readonly kind: 'ready'; readonly part: Part } | { readonly kind: 'failed'; readonly reason: string }

export function onDemand(label: string, load: () => Promise<Part>): Part {
  return () => {
    const [loading, setLoading] = useState<Loading | undefined>(undefined)
    const start = (): void => {
      setLoading(undefined)
      load().then(
        part => setLoading({ kind: 'ready', part }),
        (error: unknown) => setLoading({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }),
      )
    }
    useEffect(start, [])
    if (loading === undefined) return <Skeleton label={label} />
    if (loading.kind === 'ready') return <loading.part />
    return <FailureView failure={diagnostic('ui-part-missing', 'error', { part: label, reason: loading.reason })} retry={start} />
  }
}
