function f(a, b) {
  if (a && b) log('and'); else if (a || b) log('or'); else log('none')
  const c = a ?? b ?? 'default'
  const d = (log('first'), a) ? b ? 'ab' : 'a' : 'neither'
  if (log('sequence'), b) log('last counts')
  switch (c) { default: log('default first'); case 1: log('one'); break; case 'x': case 'y': log('x or y') }
  return !a || (b ? c : d)
}
for (const args of [[1, 0], [null, 'x'], [undefined, null], [0, 1]]) log(f(...args))
const objects = { get yes() { return log('read once'), true } }
const g = o => o.yes && o.yes ? 'yes' : 'no'
log(g(objects))
