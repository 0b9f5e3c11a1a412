function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("739ed313a02d343c","444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0]):0;
  $hF&&$h.p($hF,$hB+1);return$h.r($hF);
  $hF&&$h.p($hF,$hB+2);(function () {var $hF=$hL[3]?$h.e($hL[3]):0;;$hF&&$h.v($hF)})()
;$hF&&$h.v($hF)}
function g(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("739ed313a02d343c","444444444444444444"),$hB=$h.b,$hF=$hL[4]?$h.e($hL[4],1,x):0;
  $hF&&$h.p($hF,$hB+5);if ($h.c($hF,$hB+6,x)) {$hF&&$h.p($hF,$hB+7);return($h.r)($hF,($h.o)($hF,$hB+8, () => {var $hF=$hL[12]?$h.e($hL[12]):0;;$hF&&$h.v($hF)},x))
  ;}$hF&&$h.p($hF,$hB+9);[1].forEach(log)
  $hF&&$h.p($hF,$hB+10);return$h.r($hF,$h.o($hF,$hB+11, x,x));
}
function h(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("739ed313a02d343c","444444444444444444"),$hB=$h.b,$hF=$hL[13]?$h.e($hL[13],1,x):0; $hF&&$h.p($hF,$hB+14);return$h.r($hF,$h.o($hF,$hB+15, x,x)); } /* none */ function i() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("739ed313a02d343c","444444444444444444"),$hB=$h.b,$hF=$hL[16]?$h.e($hL[16]):0,$hV; $hF&&$h.p($hF,$hB+17);return($hV= h /* kept */ (1),$hF)?$h.r($hF,$hV):$hV; }
log(f(), typeof g(1), g(0), i())
