function f() {
  "use strict"
  return this === undefined
}
function g() { 'use strict'; return typeof this }
function h() { /* c */ 'not a directive' + 1; return typeof this }
log(f(), g(), h())
