/**
 * What a page tells of itself: web vitals, frames that took long, where it went without being loaded anew, and what its forms were sent with. The
 * bundler plugins load this in development; elsewhere a page has it where it imports `hindscope/libraries/page`.
 */
import type { RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter } from '../adapters/library.ts'
import { watchForms } from '../adapters/page-forms.ts'
import { watchLongFrames } from '../adapters/page-frames.ts'
import { watchNavigations } from '../adapters/page-navigations.ts'
import { PageVitals } from '../adapters/page-vitals.ts'
import { combine, objectAt } from '../adapters/patch.ts'

export const pageAdapter: LibraryAdapter = {
  id: 'page',
  attach(recorder: RecorderAccess, realm: object) {
    if (objectAt(realm, 'document') === undefined) return undefined
    return combine([
      new PageVitals(recorder, realm).attach(),
      watchLongFrames(recorder, realm),
      watchNavigations(recorder, realm),
      watchForms(recorder, realm),
    ])
  },
}

registerLibrary(pageAdapter, 'page')
