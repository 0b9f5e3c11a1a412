function f(n) {
  if (n === 0) return 'zero'
  else if (n === 1) return 'one'
  else for (let i = 0; i < n; i++) if (i === 2) return i
  do n--; while (n > 0)
  label: for (;;) { switch (n) { case 0: break label; default: return n } }
  return n
}
log(f(0), f(1), f(2), f(5))
