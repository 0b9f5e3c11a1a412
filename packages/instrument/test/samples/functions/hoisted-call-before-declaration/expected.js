log(early(1))
function early(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("7ab6fcf3de72db66","4"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,a):0;
  return$h.r($hF, a + 1);
}
log(early.name, early.length)
