function f() {
  "use strict";var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("1c89617c8282ff68","444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;
  return$h.r($hF, this === undefined);
}
function g() { 'use strict';var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("1c89617c8282ff68","444"),$hB=$h.b,$hF=$hL[1]?$h.e($hB+1):0; return$h.r($hF, typeof this); }
function h() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("1c89617c8282ff68","444"),$hB=$h.b,$hF=$hL[2]?$h.e($hB+2):0; /* c */ 'not a directive' + 1; return$h.r($hF, typeof this); }
log(f(), g(), h())
