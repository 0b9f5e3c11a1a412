import { expect, it } from 'vitest'
import { commandOfKey, keyText, readOwnKeys, shownKeys } from '../../src/core/own-keys.ts'

const pressed = (key: string, held: Partial<Record<'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey', boolean>> = {}): KeyboardEvent =>
  ({ key, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held }) as KeyboardEvent // SAFE: nothing else is read

const letter = (id: string, key: string) => ({ id, keys: [key.toUpperCase()], matches: (event: KeyboardEvent) => event.key === key })
const commands = [letter('next', 'n'), letter('error', 'e'), letter('note', 'm')]
const idOf = (own: Readonly<Record<string, string>>, event: KeyboardEvent): string | undefined => commandOfKey(commands, own, event)?.id

it('tells what was pressed as it is shown, signs without Shift, modifiers alone not at all', () => {
  expect(
    [
      pressed('e'),
      pressed('E', { shiftKey: true }),
      pressed('?', { shiftKey: true }),
      pressed('p', { ctrlKey: true, altKey: true }),
      pressed(' ', { shiftKey: true }),
      pressed('ArrowLeft', { altKey: true }),
      pressed('F10'),
      pressed('Shift', { shiftKey: true }),
    ].map(keyText),
  ).toEqual(['E', 'Shift+E', '?', 'Ctrl+Alt+P', 'Shift+Space', 'Alt+←', 'F10', undefined])
})

it('gives a key to the command that was given it, before the one that had it, and takes usual keys away with it', () => {
  expect([idOf({}, pressed('n')), idOf({}, pressed('x'))]).toEqual(['next', undefined])
  const own = { note: 'N', error: '' }
  expect(['n', 'm', 'e', 'x'].map(key => idOf(own, pressed(key)))).toEqual(['note', undefined, undefined, undefined])
  expect(commands.map(command => shownKeys(command, own))).toEqual([['N'], [], ['N']])
  expect(idOf({ error: '' }, pressed('Shift'))).toBeUndefined()
})

it('reads what was stored, whatever it is', () => {
  expect([readOwnKeys({ note: 'N', error: 5, next: 'x'.repeat(41) }), readOwnKeys('none'), readOwnKeys(null)]).toEqual([{ note: 'N' }, {}, {}])
})
