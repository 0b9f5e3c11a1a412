/** Which fields of a form hold secrets, whatever they are shown as at the moment. */
import { SafeWeakSet, stringIndexOf } from '../recorder/intrinsics.ts'
import type { RecorderAccess } from './adapter.ts'
import { reader } from './native-reader.ts'

const SECRET_USES = ['password', 'one-time-code', 'cc-number', 'cc-csc']

export function secretFields(recorder: RecorderAccess, realm: object): (field: object) => boolean {
  const typeOf = reader(realm, 'HTMLInputElement', 'type')
  const autocompleteOf = reader(realm, 'HTMLInputElement', 'autocomplete')
  const nameOf = reader(realm, 'HTMLInputElement', 'name')
  // A field stays one when the page shows its text.
  const fields = new SafeWeakSet<object>()
  return field => {
    const uses = String(autocompleteOf(field))
    if (typeOf(field) === 'password' || recorder.isRedacted(String(nameOf(field))) || SECRET_USES.some(use => stringIndexOf(uses, use, 0) >= 0))
      fields.add(field)
    return fields.has(field)
  }
}
