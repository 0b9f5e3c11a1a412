import { fileURLToPath } from 'node:url'
import { afterAll, describe } from 'vitest'
import { closeBrowser, folderOf } from './pages.ts'
import { testPreact } from './preact-suite.ts'

afterAll(closeBrowser)

describe('Preact 10', () => testPreact({ preact: folderOf('preact10', fileURLToPath(import.meta.url)) }))
