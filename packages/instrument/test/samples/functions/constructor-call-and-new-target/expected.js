function Point(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("970ae50e160e0a1e","4444444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],2,this,x):0;
  $hF&&$h.p($hF,$hB+1);if ($h.c($hF,$hB+2,!new.target)) {$hF&&$h.p($hF,$hB+3);return$h.r($hF,$h.o($hF,$hB+4, new Point(x),x));}
  $hF&&$h.p($hF,$hB+5);$h.f($hF,$hB+6,this.x = x,this,"x");
;$hF&&$h.o($hF,$hB+7,0,x);$hF&&$h.v($hF)}
Point.prototype.double = function () {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("970ae50e160e0a1e","4444444444"),$hB=$h.b,$hF=$hL[8]?$h.e($hL[8],1,this):0,$hV;
  $hF&&$h.p($hF,$hB+9);return($hV= this.x * 2,$hF)?$h.r($hF,$hV):$hV;
}
log(Point(2).x, new Point(3).double(), Point(1) instanceof Point)
