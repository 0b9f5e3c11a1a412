async function load(id) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("647c046709dd08f9","44"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,id):0;try{
  const a = $h.w($hF,await$h.a($hF, id));;$hF&&$h.s($hF,$hB+1,a);
  return$h.r($hF, a + ($h.w($hF,await$h.a($hF, Promise.resolve(1)))));
}catch($hE){throw $h.x($hF,$hE)}}
load(1).then(log)
log(load.name, load.length)
