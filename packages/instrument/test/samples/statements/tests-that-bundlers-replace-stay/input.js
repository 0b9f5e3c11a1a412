globalThis.__DEV__ = false
function f(a) {
  if (process.env.NODE_ENV !== 'no such mode') log('env')
  if (__DEV__) log('dev')
  if (__DEV__ && a) log('dev and own')
  if (!(typeof nowhere === 'undefined' || a)) log('declared')
  while (false) log('never')
  const kept = globalThis.__DEV__ ? 'dev' : a ? 'own' : 'other'
  if (a && __DEV__) log('own and dev')
  if (a.b(__DEV__)) log('called')
  return kept
}
log(f({ b: () => true }))
