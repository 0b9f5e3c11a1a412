function f(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("61cd5fc8103c6542","4444444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,a):0,$hO0;
  $hF&&$h.p($hF,$hB+1);$h.f($hF,$hB+2,($hO0=arguments)[0] = 9,$hO0,"0");
  $hF&&$h.p($hF,$hB+3);return$h.r($hF,$h.o($hF,$hB+4, [a, arguments.length],a));
}
function g() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("61cd5fc8103c6542","4444444444"),$hB=$h.b,$hF=$hL[5]?$h.e($hL[5],1,arguments):0,$hV;
  $hF&&$h.p($hF,$hB+6);return($hV= arguments.length,$hF)?$h.r($hF,$hV):$hV;
}
function h() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("61cd5fc8103c6542","4444444444"),$hB=$h.b,$hF=$hL[7]?$h.e($hL[7],1,arguments):0;
  $hF&&$h.p($hF,$hB+8);return($h.r)($hF, (() =>{var $hF=$hL[9]?$h.e($hL[9]):0,$hV;return($hV= arguments[0],$hF)?$h.r($hF,$hV):$hV})());
}
log(f(1, 2), g(1, 2, 3), h(7), g.length)
