/**
 * What a form was sent with, within the activity of its `submit`: names and values of its fields, read by the platform's own getters. What is typed
 * into fields for passwords, codes and cards is masked, and so is what is hidden, as tokens are.
 */
import { EventKind } from '@hindscope/protocol'
import { define, isArray, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'
import { REDACTED_VALUE } from '../recorder/value-snapshot.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import { elementNamer, reader } from './native-reader.ts'
import { listenTo } from './page-entries.ts'
import { objectAt } from './patch.ts'
import { secretFields } from './secret-fields.ts'

/** Fields of one form. */
const MOST_FIELDS = 100
const BUTTONS = ['button', 'submit', 'reset', 'image']
const FIELDS = ['HTMLInputElement', 'HTMLSelectElement', 'HTMLTextAreaElement'] as const

type Fields = Record<string, unknown>

export function watchForms(recorder: RecorderAccess, realm: object): Detach | undefined {
  const collection = objectAt(objectAt(realm, 'HTMLCollection') ?? {}, 'prototype')
  const item: unknown = collection && Reflect.get(collection, 'item')
  if (typeof item !== 'function') return undefined
  const elementsOf = reader(realm, 'HTMLFormElement', 'elements')
  const lengthOf = reader(realm, 'HTMLCollection', 'length')
  const targetOf = reader(realm, 'Event', 'target')
  const submitterOf = reader(realm, 'SubmitEvent', 'submitter')
  const elementName = elementNamer(realm)
  const fieldOf = fieldReader(recorder, realm)
  return listenTo(recorder, realm, 'submit', event => {
    const form = targetOf(event)
    const elements = elementsOf(form)
    if (elements === undefined) return
    const fields: Fields = {}
    const length = Number(lengthOf(elements))
    for (let i = 0; i < length && i < MOST_FIELDS; i++) add(fields, fieldOf(reflectApply(item as () => unknown, elements, [i] as never))) // SAFE: HTMLCollection's method
    const by = elementName(submitterOf(event))
    const more = length > MOST_FIELDS ? { leftOut: length - MOST_FIELDS } : {}
    recorder.record(EventKind.lifecycle, 0, [{ name: 'form', form: elementName(form), ...(by === '' ? {} : { by }), fields, ...more }])
  })
}

interface Field {
  readonly name: string
  readonly value: unknown
}

/** What a control sends; undefined for one that sends nothing. */
function fieldReader(recorder: RecorderAccess, realm: object): (control: unknown) => Field | undefined {
  const isSecret = secretFields(recorder, realm)
  const inputType = reader(realm, 'HTMLInputElement', 'type')
  const isChecked = reader(realm, 'HTMLInputElement', 'checked')
  const readers = FIELDS.map(name => (['name', 'value', 'disabled'] as const).map(key => reader(realm, name, key)))
  return control => {
    const of = readers.find(([nameOf]) => nameOf?.(control) !== undefined)
    if (of === undefined) return undefined
    const [name, value, isDisabled] = of.map(read => read(control))
    const type = inputType(control)
    if (typeof name !== 'string' || name === '' || isDisabled === true || BUTTONS.includes(String(type))) return undefined
    if (type === 'radio' && isChecked(control) !== true) return undefined
    if (type === 'checkbox') return { name, value: isChecked(control) === true }
    const isMasked = type === 'hidden' || isSecret(control as object) // SAFE: it has a name
    return { name, value: isMasked && value !== '' ? REDACTED_VALUE : value }
  }
}

/** Fields of one name are a list. */
function add(fields: Fields, field: Field | undefined): void {
  if (field === undefined) return
  const { name, value } = field
  const known = ownDescriptor(fields, name)?.value as unknown
  const all = known === undefined ? value : isArray(known) ? [...known, value] : [known, value]
  define(fields, name, { value: all, writable: true, enumerable: true, configurable: true })
}
