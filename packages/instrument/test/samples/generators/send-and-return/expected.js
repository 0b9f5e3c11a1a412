function* g(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("ea505e09f2fa75eb","4444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,a)):0;try{
  $hF&&$h.p($hF,$hB+1);const b = $h.n($hF,yield$h.y($hF, a));;$hF&&$h.s($hF,$hB+2,b);
  $hF&&$h.p($hF,$hB+3);const c = $h.n($hF,yield$h.y($hF, (b, b + 1)));;$hF&&$h.s($hF,$hB+4,c);
  $hF&&$h.p($hF,$hB+5);return$h.r($hF,$h.o($hF,$hB+6, [a, b, c],c,b,a));
}finally{$hF&&$h.g($hF)}}
const it = g(1)
log(it.next('ignored'), it.next(2), it.next(3), it.next())
const early = g(5)
early.next()
log(early.return('bye'), early.next(), g.constructor.name)
