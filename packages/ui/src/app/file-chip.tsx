/** The file on screen and the way out of it. */
import type { VNode } from 'preact'
import { formatBytes } from '../core/byte-text.ts'
import { Icon } from '../widgets/icon.tsx'
import { IconButton } from '../widgets/icon-button.tsx'
import { useApp } from './context.ts'

export function FileChip(): VNode | null {
  const { host, page } = useApp()
  if (host.kind !== 'file') return null
  const { name, bytes } = host.trace.name
  return (
    <span class="file-chip" title={`${name}, ${formatBytes(bytes)}`}>
      <Icon name="file" />
      <span class="file-name" data-testid="file-name">
        {name}
      </span>
      <IconButton icon="close" label="Close file" testId="close-file" onClick={page.closeFile} />
    </span>
  )
}
