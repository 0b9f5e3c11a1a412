function f(a = class { static s = Math.abs(-1); m() { return 1 } }, b = () => a) {
  return [a.s, new a().m(), b() === a]
}
log(f())
