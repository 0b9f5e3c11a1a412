/** What only Node has: other realms by `vm`, its own classes, its environment. */
import { EventEmitter } from 'node:events'
import { Readable, Writable } from 'node:stream'
import vm from 'node:vm'
import { notice, trap } from './traps.ts'
import type { Row } from './traps.ts'

const context = vm.createContext({ trap })
const foreign = (code: string): unknown => vm.runInContext(code, context)

export const PLACE_VALUES: readonly Row[] = [
  ['Buffer', () => Buffer.from('ab'), /\(2\)\[97, 98\]/],
  ['process.env', () => process.env, /./],
  ['process', () => process, /./],
  ['Readable', () => new Readable({ read: trap }), /Readable/],
  ['Writable', () => new Writable({ write: trap }), /Writable/],
  ['EventEmitter', () => new EventEmitter().on('e', trap), /EventEmitter/],
  ['object with an own inspect', () => ({ [Symbol.for('nodejs.util.inspect.custom')]: trap }), /./],
  ['object of another realm', () => foreign('({a: [1]})'), /^{a: \[1\]}$/],
  ['array of another realm with a getter', () => foreign('Object.defineProperty([1, 2], 1, { get: trap })'), /^\[1, <accessor>\]$/],
  ['Map of another realm', () => foreign('new Map([[1, 2]])'), /^Map{1 => 2}$/],
  ['error of another realm', () => foreign('new RangeError("r")'), /^RangeError\("r"\)/],
  ['promise of another realm', () => foreign('Promise.resolve(1)'), /^<Promise>$/],
  ['proxy of another realm', () => foreign('new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap })'), /^<proxy>$/],
  ['class of another realm with a getter for its name', () => foreign('new (class { static get name() { trap() } })()'), /\{\}$/],
  [
    'Array.prototype of another realm with a getter',
    () => foreign('Object.defineProperty(Array.prototype, 1, { get: trap, configurable: true }); [1, , 3]'),
    /^\[1, <hole>, 3\]$/,
  ],
  ['global of another realm', () => context, /./],
  [
    'global of another realm with a getter',
    () =>
      vm.createContext({
        get x() {
          return notice(1)
        },
      }),
    /<accessor>|x/,
  ],
]
