function* g() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("b782acdd2148dfe9","444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;try{
  const x = $h.n($hF,yield$h.y($hF));;$hF&&$h.s($hF,$hB+1,x);
  [1, 2].forEach(y =>{var $hF=$hL[2]?$h.e1($hB+2,y):0;return $h.r($hF, log(y))})
  $h.n($hF,yield$h.y($hF));
  (log('paren'))
  $h.n($hF,yield$h.y($hF));
  `template`
  return$h.r($hF, $h.n($hF,yield$h.y($hF)));
}finally{$hF&&$h.g($hF)}}
log([...g()].length)
