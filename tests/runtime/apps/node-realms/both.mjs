import { createRequire } from 'node:module'
import { work } from './work.mjs'

const common = createRequire(import.meta.url)('./required.cjs')
console.log(work('a module'), common.work('a script'))
