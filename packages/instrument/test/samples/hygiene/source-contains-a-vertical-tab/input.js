const tab = ''
function f() { return tab.length }
log(f())
