import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LINK_TYPES, UNREAD_LINK_TYPES } from '../src/link/index.ts';
import { table } from './build/markdown.ts';

const INTRODUCTION = `# Which captures are read

Made by \`vitest run test/captures-doc.test.ts --update\` from the tables in \`src/\`; the test compares.

## Link types

By their number, as \`capinfos\` and \`file\` say it (LINKTYPE_, https://www.tcpdump.org/linktypes.html). Of each that is read, IPv4 and IPv6
are found, behind VLAN tags, MPLS and PPPoE as well. Of Wi-Fi, data frames that are not encrypted; of what a wrapper holds (PKTAP, PPI), every
link type of this table that is no wrapper itself.`;

const UNREAD = `Frames of the following are counted, named and not read. Where they may hold IP, \`--strict\` ends with exit code 3, and a capture that has no
others with 2: capture on an interface whose link type is read, or take off what stands before the Ethernet header:
\`editcap -C BYTES -T ether IN OUT\`. So it is with numbers that stand in neither table.`;

function byName(
  types: Readonly<Record<number, { name: string }>>,
  isWanted: (type: number) => boolean,
) {
  const numbers = new Map<string, string[]>();
  for (const [type, { name }] of Object.entries(types)) {
    if (isWanted(Number(type))) numbers.set(name, [...(numbers.get(name) ?? []), type]);
  }
  return [...numbers].map(([name, own]) => [name, own.join(', ')]);
}

function page(): string {
  const unread = (mayHoldIp: boolean) =>
    byName(UNREAD_LINK_TYPES, (type) => UNREAD_LINK_TYPES[type]!.mayHoldIp === mayHoldIp);
  return [
    INTRODUCTION,
    table(
      ['read', 'link types'],
      byName(LINK_TYPES, () => true),
    ),
    UNREAD,
    table(['not read, may hold IP', 'link types'], unread(true)),
    table(['no network with IP', 'link types'], unread(false)),
  ]
    .join('\n\n')
    .concat('\n');
}

test('docs/captures.md is what the tables make it', async () => {
  await expect(page()).toMatchFileSnapshot(join(import.meta.dirname, '../docs/captures.md'));
});
