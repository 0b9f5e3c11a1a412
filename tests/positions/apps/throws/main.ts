import { all as engine } from './engine.ts'
import { all as kinds } from './kinds.ts'
import { all as later } from './later.ts'
import { note, tell } from './stacks.ts'

kinds()
engine()
note('module', new Error('module'))
await later()
tell()
