function f(xs) {
  for (const x of xs) { log('body', typeof y); let y = 1; { let x = 'inner'; log(x) } }
  for (const z of xs) { if (z > 1) { break } ; let z2 = z; log(z2) }
  for (const w of xs) { const w = 'hides'; log(w) }
  for (const c of xs) { class c {} log(c.name) }
  for (var v in { k: 1 }) { var v = v + '!'; log(v) }
}
f([1, 2])
