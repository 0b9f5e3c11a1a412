function Point(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("2b0bd994ddc061bc","44"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,x):0;
  if (!new.target) return$h.r($hF, new Point(x));
  this.x = x
;$hF&&$h.v($hF)}
Point.prototype.double = function () {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("2b0bd994ddc061bc","44"),$hB=$h.b,$hF=$hL[1]?$h.e($hB+1):0;
  return$h.r($hF, this.x * 2);
}
log(Point(2).x, new Point(3).double(), Point(1) instanceof Point)
