#!/usr/bin/env node
'use strict'
module.exports = function main(a) {
  return this === undefined
}
module.exports.answer = module.exports()
try { throw module } catch ({ exports }) { log(exports.answer) }
return
