/** React 18 from a package of its own: react-dom must find its own React. */
import { fileURLToPath } from 'node:url'
import { afterAll, describe } from 'vitest'
import { closeBrowser, folderOf } from './pages.ts'
import { testRenders } from './react-suite.ts'

afterAll(closeBrowser)

const owner = fileURLToPath(new URL('../../../../tests/adapters/react-18/package.json', import.meta.url))

describe('React 18', () =>
  testRenders(/^react: react-dom 18\./, ['strict'], { react: folderOf('react', owner), 'react-dom': folderOf('react-dom', owner) }))
