function f() {
  try { throw new Error('a') } catch (e) { throw (log(e), new Error('b')) } finally { log('finally') }
}
function g() { try { return 1 } finally { return 2 } }
function h() { try { throw 1 } catch ({ length }) { return length } }
function i() { try { null.x } catch { return 'caught' } }
try { f() } catch (e) { log(e) }
log(g(), h(), i())
