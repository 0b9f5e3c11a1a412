function early(stop, { password, name = 'n' }) {
  if (stop) return 'early'
  let late = 1
  { if (stop === null) return late; let late2 = 2; log(late2) }
  return late
}
function shadow(stop) {
  let x = 1
  { if (stop) return 'not the inner x'; let x = 2; log(x) }
  return x
}
function inSwitch(v) {
  switch (v) { case 1: let a = 1; case 2: if (v === 2) return 'a is dead here'; a = 3; return a }
}
function throws(n) { const half = n / 2; if (n) throw new Error('at ' + half) ; var unused }
const arrow = (a, ...rest) => (rest.push(a), rest)
async function* bare(q) { const r = yield q; if (r) return; log('after') }
function loop() { for (const x of [1, 2]) { if (x === 2) return x; const y = x; log(y) } }
function overwritten(p) { function p() {} ; return typeof p }
class Base { constructor(v) { if (v) return v; this.v = 1 } }
class Derived extends Base { constructor(v) { const w = v; if (!w) return super(v), this; super(w) } }
log(early(true, { password: 'hidden' }), early(null, {}), shadow(true), shadow(), inSwitch(1), inSwitch(2), loop(), arrow(1, 2), overwritten(1))
try { throws(4) } catch (error) { log(error.message) }
throws(0)
log(new Derived(), new Derived({ own: true }))
const g = bare('q'); g.next().then(() => g.next(true)).then(r => log(r))
