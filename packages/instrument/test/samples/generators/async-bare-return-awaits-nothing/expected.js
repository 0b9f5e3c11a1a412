async function* bare(stop) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("195f08729467690d","4444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,stop):0;try{
  $h.n($hF,yield$h.y($hF, 1));
  if (stop) {$hF&&$h.v($hF);return}
  else $h.n($hF,yield$h.y($hF, 2));
  label: {$hF&&$h.v($hF);return;}
;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}}
async function* valued() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("195f08729467690d","4444"),$hB=$h.b,$hF=$hL[1]?$h.e($hB+1):0;try{
  return$h.r($hF, undefined);
}catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}}
async function ticks(name, values) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("195f08729467690d","4444"),$hB=$h.b,$hF=$hL[2]?$h.e2($hB+2,name,values):0;$hF&&$h.i($hF);try{
  for await (const value of values) {$hF&&$h.w($hF);log(name, value)}
  log(name, 'done')
;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}}
ticks('bare', bare(true))
ticks('on', bare(false))
ticks('valued', valued())
for (let i = 1, turn = Promise.resolve(); i < 8; i++) turn = turn.then(() =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("195f08729467690d","4444"),$hB=$h.b,$hF=$hL[3]?$h.e($hB+3):0;return $h.r($hF, log('tick', i))})
