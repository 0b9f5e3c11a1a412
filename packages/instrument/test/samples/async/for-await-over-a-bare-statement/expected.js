async function f(source) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("04921c2b1a8fa1c8","444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,source):0;$hF&&$h.i($hF);try{
  let total = 0;$hF&&$h.s($hF,$hB+1,total);
  for await (const x of source) {$hF&&$h.w($hF);total += x}
  for await (const y of [Promise.resolve(4)]) {$hF&&$h.w($hF); log(y) }
  return$h.r($hF, total);
}catch($hE){throw $h.x($hF,$hE)}}
async function* numbers() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("04921c2b1a8fa1c8","444"),$hB=$h.b,$hF=$hL[2]?$h.e($hB+2):0;try{ $h.n($hF,yield$h.y($hF, 1)); $h.n($hF,yield$h.y($hF, 2)); ;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}}
f(numbers()).then(log)
