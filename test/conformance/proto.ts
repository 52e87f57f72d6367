import { fixtureCaptures, sharedCaptures } from './captures.ts';
import { compare } from './observation.ts';
import { observeTshark } from './tshark.ts';
import { observeMywire } from './mywire.ts';
const only = process.argv[2];
for (const c of [...sharedCaptures, ...fixtureCaptures]) {
  if (only && !c.name.includes(only)) continue;
  const t0 = Date.now();
  const t = await observeTshark(c);
  const t1 = Date.now();
  const m = observeMywire(c);
  const t2 = Date.now();
  const d = compare(t, m.observation);
  console.log(`== ${c.name} ${t1 - t0} ${t2 - t1} ms; facts ${t.facts.size}; errors: ${m.report.findings.filter((f) => f.severity === 'error').map((f) => f.cause.id)}`);
  for (const x of d) console.log(`  ${x.what}\n     T ${x.tshark.slice(0, 600)}\n     M ${x.mywire.slice(0, 600)}`);
}
