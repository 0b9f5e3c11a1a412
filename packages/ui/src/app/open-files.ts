/** Files come in by the picker, or dropped anywhere on the page. */
import { signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import type { TracePage } from '../core/trace-page.ts'

export function pickFiles(page: TracePage): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = '.hscope'
  input.multiple = true
  input.addEventListener('change', () => void page.open([...(input.files ?? [])]))
  input.click()
}

const isOver = signal(false)
/** Whether files are held over the page. */
export const filesOver: ReadonlySignal<boolean> = isOver

export function listenToDrops(page: TracePage): void {
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
  const over = (event: DragEvent): void => {
    if (!carriesFiles(event)) return
    // Without this the browser leaves the page and shows the file.
    event.preventDefault()
    isOver.value = true
  }
  window.addEventListener('dragenter', over)
  window.addEventListener('dragover', over)
  // Between two elements of the page it is left, too; then it goes to another one.
  window.addEventListener('dragleave', event => event.relatedTarget === null && (isOver.value = false))
  window.addEventListener('drop', event => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    isOver.value = false
    void page.open([...(event.dataTransfer?.files ?? [])])
  })
}
