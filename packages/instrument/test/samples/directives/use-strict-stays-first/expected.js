function f() {
  "use strict";var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("36ec4b935bb15122","4444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,this):0,$hV;
  $hF&&$h.p($hF,$hB+1);return($hV= this === undefined,$hF)?$h.r($hF,$hV):$hV;
}
function g() { 'use strict';var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("36ec4b935bb15122","4444444"),$hB=$h.b,$hF=$hL[2]?$h.e($hL[2],1,this):0,$hV; $hF&&$h.p($hF,$hB+3);return($hV= typeof this,$hF)?$h.r($hF,$hV):$hV; }
function h() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("36ec4b935bb15122","4444444"),$hB=$h.b,$hF=$hL[4]?$h.e($hL[4],1,this):0,$hV; /* c */ $hF&&$h.p($hF,$hB+5);'not a directive' + 1; $hF&&$h.p($hF,$hB+6);return($hV= typeof this,$hF)?$h.r($hF,$hV):$hV; }
log(f(), g(), h())
