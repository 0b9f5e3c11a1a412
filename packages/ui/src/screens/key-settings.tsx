/** Which key does what, to be changed: press the button, then the key. */
import { useState } from 'preact/hooks'
import type { VNode } from 'preact'
import { COMMANDS } from '../app/commands.ts'
import type { Command } from '../app/commands.ts'
import { useApp } from '../app/context.ts'
import { commandOfKey, keyText, shownKeys } from '../core/own-keys.ts'

interface Conflict {
  readonly command: Command
  readonly text: string
  readonly other: Command
}

export function KeySettings(): VNode {
  const { settings } = useApp()
  const own = settings.ownKeys.value
  const [waiting, setWaiting] = useState<string>()
  const [conflict, setConflict] = useState<Conflict>()
  const give = (changes: Readonly<Record<string, string | undefined>>): void => {
    const kept = Object.entries({ ...own, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined)
    settings.ownKeys.value = Object.fromEntries(kept)
    setConflict(undefined)
  }
  const onKey = (command: Command, event: KeyboardEvent): void => {
    if (waiting !== command.id || event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    const text = keyText(event)
    if (text === undefined) return
    setWaiting(undefined)
    if (text === 'Esc') return
    if (text === 'Backspace' || text === 'Delete') return give({ [command.id]: '' })
    const other = commandOfKey(COMMANDS, own, event)
    if (other && other.id !== command.id) setConflict({ command, text, other })
    else give({ [command.id]: text })
  }
  return (
    <fieldset class="key-settings">
      <legend>Keys</legend>
      <p class="muted">Press a button, then the new key. Backspace takes the keys away, Esc keeps them.</p>
      <p class="key-conflict" role="status">
        {conflict && (
          <>
            {conflict.text} is “{conflict.other.words}”.{' '}
            <button type="button" class="button" onClick={() => give({ [conflict.command.id]: conflict.text, [conflict.other.id]: '' })}>
              Take it from there
            </button>
          </>
        )}
      </p>
      <ul class="key-list">
        {COMMANDS.map(command => (
          <li key={command.id} data-testid="key-row">
            <span>{command.words}</span>
            <button
              type="button"
              class="button key-button"
              aria-label={`Keys of “${command.words}”: ${shownKeys(command, own).join(', ') || 'none'}`}
              aria-pressed={waiting === command.id}
              onClick={() => setWaiting(command.id)}
              onBlur={() => setWaiting(undefined)}
              onKeyDown={event => onKey(command, event)}
            >
              {waiting === command.id ? 'Press a key…' : shownKeys(command, own).join('  ') || 'none'}
            </button>
            {own[command.id] !== undefined && (
              <button type="button" class="button" aria-label={`Usual keys of “${command.words}”`} onClick={() => give({ [command.id]: undefined })}>
                Reset
              </button>
            )}
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
