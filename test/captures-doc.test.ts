import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LINK_TYPES, UNREAD_LINK_TYPES } from '../src/link/index.ts';
import { table } from './build/markdown.ts';

const INTRODUCTION = `# Which captures are read

Made by \`vitest run test/captures-doc.test.ts --update\` from the tables in \`src/\`; the test compares.

## Files

pcap in both byte orders, with microseconds or nanoseconds; what Kuznetzov's patches, Red Hat 6.1, SuSE 6.3, Nokia, AIX, Ixia and Navtel
made of it; pcapng. Plain, gzip or zstd. Files that were put one after another are read as one, and zeros at the end are passed over; both is said.
Behind damage the next frame that can be nothing else is searched for; what was passed over is said, and the exit code is 2. So it is with a gzip of
which all can be read and only the checksum, the length or what stands behind it is wrong. Of other kinds of files, mywire names some thirty,
with the command that makes a capture of them: \`editcap\`, \`text2pcap\`, \`xz -dc\` …

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
