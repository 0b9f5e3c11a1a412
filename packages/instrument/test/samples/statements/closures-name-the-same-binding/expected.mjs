/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("ac35f91658250204","44444444444444444444444444444444");$hB=$h.b;return $hL}let shared = 0
export function counter(start) {var $hF=($hL||$hR())[0]?$h.e1($hB+0,start):0;
  $hF&&$h.p($hF,$hB+1);let n = start;$hF&&$h.s($hF,$hB+2,n);
  $hF&&$h.p($hF,$hB+3);const up = () => {var $hF=($hL||$hR())[7]?$h.e($hB+7):0; $hF&&$h.p($hF,$hB+8);$h.u($hF,$hB+9,n++,n); $hF&&$h.p($hF,$hB+10);$h.u($hF,$hB+11,shared += 1); $hF&&$h.p($hF,$hB+12);return$h.r($hF, n); };$hF&&$h.s($hF,$hB+4,up);
  async function later() {var $hF=($hL||$hR())[13]?$h.e($hB+13):0,$hI0;try{ $hF&&$h.p($hF,$hB+14);$h.w($hF,await$h.a($hF, null)); $hF&&$h.p($hF,$hB+15);$h.u($hF,$hB+16,n = n * 2); $hI0=0;$hF&&$h.p($hF,$hB+17);for (let i = $h.u($hF,$hB+18,0); $h.c($hF,$hB+19,i < 2); $h.u($hF,$hB+20,i++,i)) {$hF&&$h.j($hF,$hB+21,$hI0++); $hF&&$h.p($hF,$hB+22);const j = i;;$hF&&$h.s($hF,$hB+23,j); $hF&&$h.p($hF,$hB+24);setTimeoutLike(() => {var $hF=($hL||$hR())[26]?$h.e($hB+26):0; $hF&&$h.p($hF,$hB+27);$h.u($hF,$hB+28,shared = j); ;$hF&&$h.v($hF)}) } $hF&&$h.p($hF,$hB+25);return$h.r($hF, n); }catch($hE){throw $h.x($hF,$hE)}}
  $hF&&$h.p($hF,$hB+5);return$h.r($hF,$h.o($hF,$hB+6, { up, later },up,n,start));
}
const queue = []
function setTimeoutLike(task) {var $hF=($hL||$hR())[29]?$h.e1($hB+29,task):0; $hF&&$h.p($hF,$hB+30);queue.push(task) ;$hF&&$h.o($hF,$hB+31,0,task);$hF&&$h.v($hF)}
const { up, later } = counter(1)
log(up(), up())
log(await later(), shared)
for (const task of queue) task()
log(shared)
