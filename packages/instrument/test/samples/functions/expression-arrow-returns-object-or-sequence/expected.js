const a = () =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("54e9d295a7f9ceeb","444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;return $h.r($hF, ({ a: 1 }))} // object
const b = x =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("54e9d295a7f9ceeb","444"),$hB=$h.b,$hF=$hL[1]?$h.e1($hB+1,x):0;return $h.r($hF, (log(x), x + 1))} /* sequence */
const c = (
  x, // trailing comma
) =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("54e9d295a7f9ceeb","444"),$hB=$h.b,$hF=$hL[2]?$h.e1($hB+2,x):0;return $h.r($hF,
  // comment before the body
  x)}
log(a(), b(1), c(3), a.name, b.name, c.length)
