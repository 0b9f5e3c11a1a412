// hindscope-ignore-file
function a() { return 1 }
log(a())
