/* hindscope-ignore */
function a() { return b(() => 1) }
const b = f => f()
// hindscope-ignore
const c = () => 2
class K {
  /* hindscope-ignore */ m() { return 3 }
  n() { return 4 }
}
const o = {
  /* hindscope-ignore because it is hot */
  p() { return 5 },
  q: /* hindscope-ignore */ () => 6,
  r() { return 7 },
}
log(a(), c(), new K().m(), new K().n(), o.p(), o.q(), o.r())
