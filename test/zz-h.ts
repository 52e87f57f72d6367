// deep fuzz of chunk/segment/packets equivalence
import { LEGAL } from './mysql/legal-scripts.ts';
import { play, storyOf, verdictOf } from './mysql/analyze.ts';
const S=LEGAL.filter(s=>s.script.length<40);
let seed=Number(process.argv[2]??1);
function rnd(n:number){ seed=(Math.imul(seed,1103515245)+12345)&0x7fffffff; return Math.floor(seed/0x7fffffff*n)%n; }
const seen=new Set<string>();
for(let i=0;i<12000;i++){
  const l=S[rnd(S.length)]!; const steps=[...l.script];
  const k=rnd(4);
  for(let q=0;q<=k;q++){ const j=rnd(steps.length); const st=steps[j]!; const b=st.bytes.slice(); if(!b.length) continue; b[rnd(b.length)]=rnd(256); steps[j]={...st,bytes:b}; }
  const a=play(steps,{rows:true});
  const strip=(v:string[])=>v.map(x=>x.replace(/frame \d+/,''));
  for(const seg of [7,16,50]) { const b=play(steps,{rows:true,segmentBytes:seg});
    const x=JSON.stringify([storyOf(a.packets),strip(verdictOf(a))]), y=JSON.stringify([storyOf(b.packets),strip(verdictOf(b))]);
    if(x!==y){ const key=l.name+seg; if(!seen.has(l.name)&&seen.size<12){seen.add(l.name); console.log('DIFF',l.name,seg,'\n  ',x.slice(0,500),'\n  ',y.slice(0,500));} }
  }
  const c=play(steps,{packets:false}); if(JSON.stringify(verdictOf(c))!==JSON.stringify(verdictOf(a))) console.log('PK',l.name,verdictOf(a),verdictOf(c));
}
console.log('done');
