Object.defineProperty(this, 'watched', { get() { log('get'); return 1 }, set(v) { log('set', v) }, configurable: true })
function f() {
  watched = 2
  undeclared = 3
  delete globalThis.undeclared
}
f()
