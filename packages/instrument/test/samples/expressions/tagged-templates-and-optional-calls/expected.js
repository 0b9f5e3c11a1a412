const tag = (s, ...v) =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("cb87b43177b7246a","444"),$hB=$h.b,$hF=$hL[0]?$h.e2($hB+0,s,v):0;return $h.r($hF, s.raw.join('|') + v.join())}
function f(o) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("cb87b43177b7246a","444"),$hB=$h.b,$hF=$hL[1]?$h.e1($hB+1,o):0;
  return$h.r($hF, tag`a${o?.b?.(1)}c\u{41}`);
}
log(f({ b: x =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("cb87b43177b7246a","444"),$hB=$h.b,$hF=$hL[2]?$h.e1($hB+2,x):0;return $h.r($hF, x + 1)} }), f(null))
