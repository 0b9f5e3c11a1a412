function f(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("4694c6ecde48bba0","4444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,a):0;
  arguments[0] = 9
  return$h.r($hF, [a, arguments.length]);
}
function g() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("4694c6ecde48bba0","4444"),$hB=$h.b,$hF=$hL[1]?$h.e1($hB+1,arguments):0;
  return$h.r($hF, arguments.length);
}
function h() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("4694c6ecde48bba0","4444"),$hB=$h.b,$hF=$hL[2]?$h.e1($hB+2,arguments):0;
  return$h.r($hF, (() =>{var $hF=$hL[3]?$h.e($hB+3):0;return $h.r($hF, arguments[0])})());
}
log(f(1, 2), g(1, 2, 3), h(7), g.length)
