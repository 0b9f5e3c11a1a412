"use strict"
function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("579e41534ef17846","44"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,this):0,$hV; $hF&&$h.p($hF,$hB+1);return($hV= this,$hF)?$h.r($hF,$hV):$hV; }
log(f())
