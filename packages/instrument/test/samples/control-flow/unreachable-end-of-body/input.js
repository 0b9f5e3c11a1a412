function a() { throw new Error('x') }
function b() { for (;;) return 1 }
function c() {}
function d() { return }
const e = () => {}
try { a() } catch (e) { log(e) }
log(b(), c(), d(), e())
