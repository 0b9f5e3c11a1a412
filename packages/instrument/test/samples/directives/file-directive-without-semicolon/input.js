"use strict"
function f() { return this }
log(f())
