function inner() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("059c6450217052a1","444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;
  const a = 1;$hF&&$h.s($hF,$hB+1,a);

  return$h.r($hF, a.b.c);
}
const outer = () =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("059c6450217052a1","444"),$hB=$h.b,$hF=$hL[2]?$h.e($hB+2):0;return $h.r($hF, inner())}
outer()
