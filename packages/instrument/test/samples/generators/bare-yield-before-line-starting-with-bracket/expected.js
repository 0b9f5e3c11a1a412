function* g() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("991ca6c4b2680b0b","444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0])):0;try{
  $hF&&$h.p($hF,$hB+1);const x = $h.n($hF,yield$h.y($hF));;$hF&&$h.s($hF,$hB+2,x);
  $hF&&$h.p($hF,$hB+3);[1, 2].forEach(y =>{var $hF=$hL[10]?$h.e($hL[10],1,y):0;return $h.r($hF,$h.o($hF,$hB+11, log(y),y))})
  $hF&&$h.p($hF,$hB+4);$h.n($hF,yield$h.y($hF));
  $hF&&$h.p($hF,$hB+5);(log('paren'))
  $hF&&$h.p($hF,$hB+6);$h.n($hF,yield$h.y($hF));
  $hF&&$h.p($hF,$hB+7);`template`
  $hF&&$h.p($hF,$hB+8);return$h.r($hF,$h.o($hF,$hB+9, $h.n($hF,yield$h.y($hF)),x));
}finally{$hF&&$h.g($hF)}}
log([...g()].length)
