/** What the reader sets for this browser. */
import type { Signal } from '@preact/signals-core'
import type { ComponentChildren, VNode } from 'preact'
import { useApp } from '../app/context.ts'
import { DENSITIES, EDITORS, editorLink } from '../core/settings.ts'
import type { Density } from '../core/settings.ts'
import { THEMES } from '../theme/theme.ts'
import type { ThemeName } from '../theme/theme.ts'
import { KeySettings } from './key-settings.tsx'

const THEME_WORDS: Readonly<Record<ThemeName, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' }
const DENSITY_WORDS: Readonly<Record<Density, string>> = { compact: 'Compact', comfortable: 'Comfortable' }

export function SettingsScreen(): VNode {
  const { theme, settings } = useApp()
  const { density, letterKeys, editor, projectFolder, author } = settings
  const example = editorLink(editor.value, projectFolder.value, { file: 'src/cart.ts', line: 12, column: 4 })
  return (
    <form class="settings" onSubmit={event => event.preventDefault()}>
      <p class="muted">Kept in this browser; links carry none of it.</p>
      <Row id="set-theme" label="Theme">
        <select
          id="set-theme"
          class="select"
          value={theme.name.value}
          onChange={event => theme.choose(event.currentTarget.value as ThemeName)} // SAFE: the options below
        >
          {THEMES.map(name => (
            <option key={name} value={name}>
              {THEME_WORDS[name]}
            </option>
          ))}
        </select>
      </Row>
      <Row id="set-density" label="Density of lists">
        <select
          id="set-density"
          class="select"
          value={density.value}
          onChange={event => (density.value = event.currentTarget.value as Density)} // SAFE: the options below
        >
          {DENSITIES.map(name => (
            <option key={name} value={name}>
              {DENSITY_WORDS[name]}
            </option>
          ))}
        </select>
      </Row>
      <Row id="set-letters" label="Keys of one letter or sign" hint="Off: only arrows, F keys, Space and keys with Ctrl or Alt do something.">
        <input id="set-letters" type="checkbox" checked={letterKeys.value} onChange={event => (letterKeys.value = event.currentTarget.checked)} />
      </Row>
      <Row id="set-author" label="Your name under notes">
        <TextField id="set-author" value={author} placeholder="optional" />
      </Row>
      <Row id="set-folder" label="Folder of the project" hint="On this machine; paths in traces begin in the project.">
        <TextField id="set-folder" value={projectFolder} placeholder="/srv/shop" />
      </Row>
      <Row id="set-editor" label="Address of the editor" hint="{folder}, {file}, {line} and {column} are filled in.">
        <TextField id="set-editor" value={editor} placeholder={EDITORS[0]?.template ?? ''} />
        <span class="editor-choices" role="group" aria-label="Known editors">
          {EDITORS.map(({ name, template }) => (
            <button key={name} type="button" class="pill" aria-pressed={editor.value === template} onClick={() => (editor.value = template)}>
              {name}
            </button>
          ))}
        </span>
      </Row>
      <p class="settings-example" role="status" data-testid="editor-example">
        {example.kind === 'link' ? (
          <>
            For line 12 of src/cart.ts: <code>{example.href}</code>
          </>
        ) : example.kind === 'needs-folder' ? (
          'Give the folder of the project, so that the address holds a whole path.'
        ) : (
          `Not usable: ${example.reason}.`
        )}
      </p>
      <KeySettings />
    </form>
  )
}

function Row(props: { readonly id: string; readonly label: string; readonly hint?: string; readonly children: ComponentChildren }): VNode {
  return (
    <div class="settings-row">
      <label for={props.id}>{props.label}</label>
      <div class="settings-control">
        {props.children}
        {props.hint && <span class="muted">{props.hint}</span>}
      </div>
    </div>
  )
}

function TextField({ id, value, placeholder }: { readonly id: string; readonly value: Signal<string>; readonly placeholder: string }): VNode {
  return (
    <input
      id={id}
      class="text-input"
      type="text"
      maxLength={500}
      spellcheck={false}
      autocomplete="off"
      placeholder={placeholder}
      value={value.value}
      onInput={event => (value.value = event.currentTarget.value)}
    />
  )
}
