globalThis.__DEV__ = false
function f(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("e308b4348f0a48cc","4444444444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,a):0,$hI0;
  $hF&&$h.p($hF,$hB+1);if (process.env.NODE_ENV !== 'no such mode') {$hF&&$h.p($hF,$hB+2);log('env')}
  $hF&&$h.p($hF,$hB+3);if (__DEV__) {$hF&&$h.p($hF,$hB+4);log('dev')}
  $hF&&$h.p($hF,$hB+5);if (__DEV__ && a) {$hF&&$h.p($hF,$hB+6);log('dev and own')}
  $hF&&$h.p($hF,$hB+7);if (!(typeof nowhere === 'undefined' || a)) {$hF&&$h.p($hF,$hB+8);log('declared')}
  $hI0=0;$hF&&$h.p($hF,$hB+9);while (false) {$hF&&$h.j($hF,$hB+10,$hI0++);{$hF&&$h.p($hF,$hB+11);log('never')}}
  $hF&&$h.p($hF,$hB+12);const kept = globalThis.__DEV__ ? 'dev' : $h.c($hF,$hB+13,a) ? 'own' : 'other';$hF&&$h.s($hF,$hB+14,kept);
  $hF&&$h.p($hF,$hB+15);if ($h.c($hF,$hB+16,$h.c($hF,$hB+17,a) && __DEV__)) {$hF&&$h.p($hF,$hB+18);log('own and dev')}
  $hF&&$h.p($hF,$hB+19);if ($h.c($hF,$hB+20,a.b(__DEV__))) {$hF&&$h.p($hF,$hB+21);log('called')}
  $hF&&$h.p($hF,$hB+22);return$h.r($hF,$h.o($hF,$hB+23, kept,kept,a));
}
log(f({ b: () =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("e308b4348f0a48cc","4444444444444444444444444"),$hB=$h.b,$hF=$hL[24]?$h.e($hL[24]):0,$hV;return($hV= true,$hF)?$h.r($hF,$hV):$hV} }))
