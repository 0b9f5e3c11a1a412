import type { ReactElement } from 'react'

interface NoticeProps {
  readonly text: string
  readonly onClose: () => void
}

export function Notice({ text, onClose }: NoticeProps): ReactElement {
  return (
    <div className="notice" role="alert">
      <span>{text}</span>
      <button type="button" aria-label="Close" onClick={onClose}>
        ×
      </button>
    </div>
  )
}
