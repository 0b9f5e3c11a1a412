/** Short messages over the page: what could not be done and why. They go by themselves, except problems. */
import { useEffect } from 'preact/hooks'
import type { VNode } from 'preact'
import type { Notice } from '../core/view-model.ts'
import { IconButton } from '../widgets/icon-button.tsx'
import { useBench } from './context.ts'

const SHOWN_MS = 3500

export function Notices(): VNode {
  const { model } = useBench()
  return (
    <div class="notices" role="status" aria-live="polite">
      {model.notices.value.map(notice => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  )
}

function NoticeCard({ notice }: { readonly notice: Notice }): VNode {
  const { model } = useBench()
  useEffect(() => {
    if (notice.tone === 'problem') return undefined
    const timer = setTimeout(() => model.dismiss(notice.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div class={`notice notice-${notice.tone}`}>
      <span>{notice.text}</span>
      <IconButton icon="close" label="Dismiss" onClick={() => model.dismiss(notice.id)} />
    </div>
  )
}
