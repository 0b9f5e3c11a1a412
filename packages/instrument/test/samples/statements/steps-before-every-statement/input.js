'use strict'; log(typeof hoisted)
function f(a) {
  'some directive'
  if (a) log('bare'); else log('else')
  if (!a) { log('block') } else if (a > 1) log('chain'); else log('end')
  out: { log('labelled'); if (a) break out; log('never') }
  two: labels: for (const x of [1]) { continue two }
  try { log('try') } catch { log('catch') } finally { log('finally') }
  ;;{ let inner = a; { log(inner) } }
  function hoisted2() {}
  class Local { static { log('static'); } }
  debugger
  switch (a) { case 0: log('zero'); case 1: log('one'); { log('in block') } break; default: }
  return hoisted2.name + Local.name
}
function hoisted() {}
log(f(1))
