function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("0321e3f9bfcc65a6","4444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,x):0;
  $hF&&$h.p($hF,$hB+1);if ($h.c($hF,$hB+2,x)) {$hF&&$h.p($hF,$hB+3);throw$h.t($hF,$h.o($hF,$hB+4,( log(1), new Error('s')),x));}
  $hF&&$h.p($hF,$hB+5);throw$h.t($hF,$h.o($hF,$hB+6, (
    // why
    new Error('p')
  ),x));
}
for (const x of [true, false]) try { f(x) } catch (e) { log(e) }
