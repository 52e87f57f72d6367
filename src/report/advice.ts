import type { Advice } from '../findings/finding.ts';
import type { OutputRecord } from './records.ts';

/** Who is to do what, in the order in which one would ask. */
export const SIDES = [
  ['client', 'Client'],
  ['between', 'Between'],
  ['server', 'Server'],
] as const satisfies readonly (readonly [keyof Advice, string])[];

/** "Client: … Between: … Server: …" */
export function adviceText(advice: Advice): string {
  return SIDES.filter(([side]) => advice[side] !== undefined)
    .map(([side, name]) => `${name}: ${advice[side]}`)
    .join(' ');
}

/** A side that cannot help it has nothing to do. */
export function adviceRecord({ client, between, server }: Advice): OutputRecord {
  return { client: client ?? null, between: between ?? null, server: server ?? null };
}
