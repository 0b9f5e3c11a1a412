function f(o) { with (o) { return (() => x)() } }
with (new Proxy({}, { has(_, k) { if (k !== 'log') log(String(k)); return false } })) {
  var g = function () { return 1 }
}
log(f({ x: 1 }), g())
