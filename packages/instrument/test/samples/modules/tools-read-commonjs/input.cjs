Object.defineProperty(exports, '__esModule', { value: true })
exports.one = exports.two = void 0
exports.one = 1
let two = exports.two = 2
this.three = 3
globalThis.process = { env: {} }
process.env.HINDSCOPE_SAMPLE = 'set'
if (process.env.HINDSCOPE_SAMPLE === 'other') module.exports = require('./other.cjs')
if (typeof window !== 'undefined') two = window
if (two > 1) log('two')
0 && (module.exports = { one, two })
delete process.env.HINDSCOPE_SAMPLE
log(JSON.stringify(exports), arguments.length)
if (two) return log('done')
