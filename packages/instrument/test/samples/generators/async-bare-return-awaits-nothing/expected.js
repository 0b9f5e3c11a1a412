async function* bare(stop) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("05c03232fe4cde5d","44444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,stop)):0;try{
  $hF&&$h.p($hF,$hB+1);$h.n($hF,yield$h.y($hF, 1));
  $hF&&$h.p($hF,$hB+2);if ($h.c($hF,$hB+3,stop)) {$hF&&$h.p($hF,$hB+4);{$hF&&$h.o($hF,$hB+5,0,stop);$hF&&$h.v($hF);return}}
  else {$hF&&$h.p($hF,$hB+6);$h.n($hF,yield$h.y($hF, 2));}
  $hF&&$h.p($hF,$hB+7);label: {$hF&&$h.o($hF,$hB+8,0,stop);$hF&&$h.v($hF);return;}
;$hF&&$h.o($hF,$hB+9,0,stop);$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}}
async function* valued() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("05c03232fe4cde5d","44444444444444444444"),$hB=$h.b,$hF=$hL[10]?$h.ei($h.e($hL[10])):0;try{
  $hF&&$h.p($hF,$hB+11);return$h.r($hF, undefined);
}catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}}
async function ticks(name, values) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("05c03232fe4cde5d","44444444444444444444"),$hB=$h.b,$hF=$hL[12]?$h.ei($h.e($hL[12],2,name,values)):0,$hI0;$hF&&$h.i($hF);try{
  $hI0=0;$hF&&$h.p($hF,$hB+13);for await (const value of values) {$hF&&$h.w($hF);{$hF&&$h.j($hF,$hB+14,$hI0++);$hF&&$h.s($hF,$hB+15,value);{$hF&&$h.p($hF,$hB+16);log(name, value)}}}$hF&&$h.l($hF);
  $hF&&$h.p($hF,$hB+17);log(name, 'done')
;$hF&&$h.o($hF,$hB+18,0,values,name);$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}}
ticks('bare', bare(true))
ticks('on', bare(false))
ticks('valued', valued())
for (let i = 1, turn = Promise.resolve(); i < 8; i++) turn = turn.then(() =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("05c03232fe4cde5d","44444444444444444444"),$hB=$h.b,$hF=$hL[19]?$h.e($hL[19]):0,$hV;return($hV= log('tick', i),$hF)?$h.r($hF,$hV):$hV})
