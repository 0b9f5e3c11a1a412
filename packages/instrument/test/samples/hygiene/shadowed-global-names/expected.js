function outer(Symbol) {
  const inner = () => Symbol
  return inner()
}
function plain() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("7cc71ae043a83ce9","4"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0; return$h.r($hF, 1); }
log(outer(5), plain())
