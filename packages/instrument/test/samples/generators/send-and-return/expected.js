function* g(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("c9ed923b467fd47d","444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,a):0;try{
  const b = $h.n($hF,yield$h.y($hF, a));;$hF&&$h.s($hF,$hB+1,b);
  const c = $h.n($hF,yield$h.y($hF, (b, b + 1)));;$hF&&$h.s($hF,$hB+2,c);
  return$h.r($hF, [a, b, c]);
}finally{$hF&&$h.g($hF)}}
const it = g(1)
log(it.next('ignored'), it.next(2), it.next(3), it.next())
const early = g(5)
early.next()
log(early.return('bye'), early.next(), g.constructor.name)
