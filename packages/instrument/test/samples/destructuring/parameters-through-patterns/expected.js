function f({ a, b: { c = () =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("7d7166d215070665","444"),$hB=$h.b,$hF=$hL[1]?$h.e($hB+1):0;return $h.r($hF, 3)}, ...rest } = {} }, [d, , ...e] = [1, 2, 3]) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("7d7166d215070665","444"),$hB=$h.b,$hF=$hL[0]?$h.en($hB+0,[a,c,rest,d,e]):0;
  return$h.r($hF, [a, c(), rest, d, e]);
}
log(f({ a: 1, b: { x: 2 } }), f.length)
log(f({ a: 2, b: { c: () =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("7d7166d215070665","444"),$hB=$h.b,$hF=$hL[2]?$h.e($hB+2):0;return $h.r($hF, 4)} } }, []))
