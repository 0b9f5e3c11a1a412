/** Links and texts about the moment, into the clipboard. */
import { TOKEN_PARAM, codeFrame } from '@hindscope/protocol'
import { momentPrompt } from '../core/moment-prompt.ts'
import { formatView } from '../core/url-codec.ts'
import type { ViewState } from '../core/view-state.ts'
import type { Workbench } from '../core/workbench.ts'
import { valueOf } from '../engine/resource.ts'

/** Without the token: the page's cookie opens it again here, and nobody else is handed a key. */
export function linkTo(view: ViewState): string {
  const url = new URL(window.location.href)
  url.searchParams.delete(TOKEN_PARAM)
  url.hash = formatView(view)
  return url.href
}

export async function copyText({ model }: Workbench, text: string, what: string): Promise<void> {
  if (await writeClipboard(text)) model.notify(`Copied ${what}`)
  else model.notify(`The browser does not allow copying here; ${what} could not be copied`, 'problem')
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text) // SAFE: frames without the permission have the older way.
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('aria-hidden', 'true')
  area.style.position = 'fixed'
  // Inside an open dialog, since nothing else may have the focus then.
  const place = document.querySelector('dialog[open]') ?? document.body
  const focused = document.activeElement
  place.append(area)
  area.select()
  const isDone = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return isDone
}

export const copyLink = (bench: Workbench): Promise<void> => copyText(bench, linkTo(bench.model.view.peek()), 'the link')

export async function copyPrompt(bench: Workbench): Promise<void> {
  const { model, session, event, stack, locals, source, place } = bench
  const detail = valueOf(event.state.peek())
  if (detail === undefined) return model.notify('There is no moment to copy', 'problem')
  const [content, at] = [valueOf(source.state.peek())?.content, place.peek()]
  const prompt = momentPrompt({
    link: linkTo(model.view.peek()),
    session: valueOf(session.state.peek()),
    event: detail,
    frames: valueOf(stack.state.peek()) ?? [],
    locals: valueOf(locals.state.peek())?.locals ?? [],
    ...(content !== undefined && at?.line !== undefined && { source: codeFrame(content, at.line, Infinity) }),
  })
  await copyText(bench, prompt, 'the moment as a prompt')
}

/** A file for the reader. */
export function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
