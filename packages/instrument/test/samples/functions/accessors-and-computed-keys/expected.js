const key = { toString() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("bb877b547fcc1649","444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0; log('key'); return$h.r($hF, 'k'); } }
const o = {
  get [key]() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("bb877b547fcc1649","444"),$hB=$h.b,$hF=$hL[1]?$h.e($hB+1):0; return$h.r($hF, 1); },
  set [key](v) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("bb877b547fcc1649","444"),$hB=$h.b,$hF=$hL[2]?$h.e1($hB+2,v):0; log('set', v) ;$hF&&$h.v($hF)},
}
o.k = 4
log(o.k, Object.getOwnPropertyDescriptor(o, 'k').get.name)
