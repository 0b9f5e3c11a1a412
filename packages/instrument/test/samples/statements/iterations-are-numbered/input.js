function* loops(list) {
  for (let i = 0, n = list.length; i < n; i++) for (const item of list) yield [i, item]
  let k = 0
  while (k < 2) k++
  do k--; while (k > 0)
  for (var key in { a: 1, b: 2 }) { if (key === 'a') continue; log(key) }
  outer: for (let [a, b] = [0, 3]; a < b; a++) { for (;;) { if (a === 1) continue outer; break } }
  for (k of [7, 8]);
  for (let f = () => k, once = true; once; once = false) log(f(), f.name)
}
log([...loops(['x', 'y'])].join(' '))
function again(n) { for (let i = 0; i < n; i++) if (n > 1) again(n - 1) }
again(2)
