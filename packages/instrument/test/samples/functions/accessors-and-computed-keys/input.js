const key = { toString() { log('key'); return 'k' } }
const o = {
  get [key]() { return 1 },
  set [key](v) { log('set', v) },
}
o.k = 4
log(o.k, Object.getOwnPropertyDescriptor(o, 'k').get.name)
