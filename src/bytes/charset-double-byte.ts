import { textOfUnits } from './text.ts';

interface Layout {
  /** The platform's decoder that knows most of the set. */
  readonly label: string;
  readonly leads: readonly number[];
  /** Second bytes in code order. */
  readonly trails: readonly number[];
  /** 0xa1 to 0xdf are characters alone, U+FF61 and the following. */
  readonly hasKana?: true;
  /** Codes of three bytes too: 0x8f, then a lead and a trail from 0xa1 on. */
  readonly hasThree?: true;
  /** Characters in code order from a code on, where the servers and the platform's decoders differ. */
  readonly runs: readonly (readonly [code: number, text: string])[];
}

/** Codes in a run that the servers do not map. */
const none = (count: number): string => '\0'.repeat(count);

/** Characters in a run that follow each other in Unicode too, as those of users' own do. */
const from = (first: number, count: number): string =>
  String.fromCharCode(...Array.from({ length: count }, (_, i) => first + i));

const EUC_LEADS = [0x8e, ...range(0xa1, 0xfe)];
const EUC_TRAILS = range(0xa1, 0xfe);
const SJIS_TRAILS = [...range(0x40, 0x7e), ...range(0x80, 0xfc)];

/**
 * The character sets of mostly two bytes: what `TextDecoder` makes of a code, but for the runs. They hold
 * every code on which MySQL 9.7 (or MariaDB 10.11, which agrees with it) and the decoders of Node 20, 22
 * and 24 are not all of one mind; with them each code is read as the servers read it.
 */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  big5: {
    label: 'big5',
    leads: range(0xa1, 0xf9),
    trails: [...range(0x40, 0x7e), ...range(0xa1, 0xfe)],
    runs: [
      [0xa145, '•'],
      [0xa14e, '､'],
      [0xa15a, none(1)],
      [0xa1c2, `‾${none(1)}`],
      [0xa1c5, none(1)],
      [0xa1e3, '∼'],
      [0xa1f2, '♁☉'],
      [0xa1fe, `${none(2)}／＼`],
      [0xa244, '¥'],
      [0xa246, '¢£'],
      [0xa2cc, none(1)],
      [0xa2ce, none(1)],
      [0xa3e1, none(1)],
      [0xc6a1, `ヾゝゞ々${from(0x3041, 83)}${from(0x30a1, 86)}ДЕЁЖЗИЙКЛМ${from(0x0423, 13)}`],
      [0xc7c8, `абвгдеё${from(0x0436, 26)}${from(0x2460, 10)}${from(0x2474, 10)}`],
      [0xf9dd, none(34)],
    ],
  },
  cp932: {
    label: 'shift_jis',
    leads: range(0x81, 0xfc),
    trails: SJIS_TRAILS,
    hasKana: true,
    runs: [[0xf040, from(0xe000, 1880)]],
  },
  eucjpms: {
    label: 'euc-jp',
    leads: EUC_LEADS,
    trails: EUC_TRAILS,
    hasThree: true,
    runs: [
      [0x8ee0, none(31)],
      [0xf5a1, from(0xe000, 940)],
      [0x8fa2c3, '￤'],
      [0x8ff3a1, none(82)],
      [0x8ff3f3, `${from(0x2170, 10)}${from(0x2160, 10)}＇＂㈱№℡`],
      [
        0x8ff4ae,
        `炻仼僴凬匇匤﨎咊坙﨏\ufa10增寬峵嵓﨑德悅愠敎昻晥\ufa12\uf929栁﨓﨔橫櫢淸淲瀨\ufa15\ufa16甁皂皞\ufa17礰\ufa18\ufa19\ufa1a\ufa1b竧\ufa1c\ufa1d綠緖\ufa1e荢﨟薰\ufa20﨡蠇\ufa22譿賴赶﨣﨤\ufa25郞\ufa26鄕﨧﨨閒\uf9dc﨩霻靍靑\ufa2a\ufa2b\ufa2c馞髙魲\ufa2d黑`,
      ],
      [0x8ff5a1, from(0xe3ac, 940)],
    ],
  },
  euckr: {
    label: 'euc-kr',
    leads: range(0x81, 0xfe),
    trails: [...range(0x41, 0x5a), ...range(0x61, 0x7a), ...range(0x81, 0xfe)],
    runs: [[0xa2e6, '€®']],
  },
  gb2312: {
    label: 'gbk',
    leads: range(0xa1, 0xf7),
    trails: EUC_TRAILS,
    runs: [
      [0xa1a4, '・'],
      [0xa1aa, '―'],
      [0xa2a1, none(10)],
      [0xa2e3, none(1)],
      [0xa6d9, none(29)],
      [0xa8bb, none(6)],
    ],
  },
  gbk: {
    label: 'gbk',
    leads: range(0x81, 0xfe),
    trails: [...range(0x40, 0x7e), ...range(0x80, 0xfe)],
    runs: [
      [0xa2e3, none(1)],
      [0xa3a0, none(1)],
      [0xa6d9, none(7)],
      [0xa6ec, none(2)],
      [0xa6f3, none(1)],
      [0xa8bc, none(1)],
      [0xa8bf, none(1)],
      [0xa989, none(13)],
      [0xfe50, none(80)],
    ],
  },
  sjis: {
    label: 'shift_jis',
    leads: range(0x81, 0xfc),
    trails: SJIS_TRAILS,
    hasKana: true,
    runs: [
      [0x815f, '\\〜‖'],
      [0x817c, '−'],
      [0x8191, '¢£'],
      [0x81ca, '¬'],
      [0x8740, none(188)],
      [0xed40, none(2 * 188)],
      [0xfa40, none(3 * 188)],
    ],
  },
  ujis: {
    label: 'euc-jp',
    leads: EUC_LEADS,
    trails: EUC_TRAILS,
    hasThree: true,
    runs: [
      [0x8ee0, none(31)],
      [0xa1c0, '\\〜‖'],
      [0xa1dd, '−'],
      [0xa1f1, '¢£'],
      [0xa2cc, '¬'],
      [0xada1, none(94)],
      [0xf5a1, from(0xe000, 940)],
      [0x8fa2b7, '~'],
      [0x8ff3a1, none(94)],
      [0x8ff5a1, from(0xe3ac, 940)],
    ],
  },
};

export const DOUBLE_BYTE: readonly string[] = Object.keys(LAYOUTS);

/** The UTF-16 unit of each code in its `slot`, 0 where there is none. */
export function doubleByteTable(name: string): Uint16Array {
  const { label, leads, trails, runs, hasKana, hasThree } = LAYOUTS[name]!;
  const table = new Uint16Array(0x1_0000);
  const codes = leads.flatMap((lead) => trails.map((trail) => (lead << 8) | trail));
  if (hasThree)
    codes.push(...codes.filter((code) => code >= 0xa1a1).map((code) => 0x8f_0000 | code));
  fillFromPlatform(table, label, codes);
  if (name === 'euckr') fillHangul(table, codes);
  for (const [first, text] of runs) {
    const start = codes.indexOf(first);
    for (let i = 0; i < text.length; i++) table[slot(codes[start + i]!)] = text.charCodeAt(i);
  }
  for (let byte = 0; byte < 0x80; byte++) table[byte] = byte;
  if (hasKana) for (let byte = 0xa1; byte <= 0xdf; byte++) table[byte] = 0xff61 + byte - 0xa1;
  return table;
}

/** What the platform knows of `codes`: all of them decoded at once, a line each. */
function fillFromPlatform(table: Uint16Array, label: string, codes: readonly number[]): void {
  const NEWLINE = 0x0a;
  const bytes = codes.flatMap((code) =>
    code > 0xffff
      ? [code >> 16, (code >> 8) & 0xff, code & 0xff, NEWLINE]
      : [code >> 8, code & 0xff, NEWLINE],
  );
  const lines = new TextDecoder(label).decode(Uint8Array.from(bytes)).split('\n');
  for (const [i, code] of codes.entries()) {
    const line = lines[i]!;
    if (line.length === 1 && !/[\ue000-\uf8ff\ufffd]/.test(line)) {
      table[slot(code)] = line.charCodeAt(0);
    }
  }
}

/**
 * euckr has, before and beside the codes of KS X 1001, the Hangul syllables which that lacks, in the order
 * of Unicode (UHC, code page 949); not every platform's decoder knows them.
 */
function fillHangul(table: Uint16Array, codes: readonly number[]): void {
  const isOfStandard = (code: number): boolean => code >= 0xa1a1 && (code & 0xff) >= 0xa1;
  const known = new Set(codes.filter(isOfStandard).map((code) => table[slot(code)]!));
  const free = codes.filter((code) => !isOfStandard(code));
  const missing = range(0xac00, 0xd7a3).filter((syllable) => !known.has(syllable));
  for (const [i, syllable] of missing.entries()) table[slot(free[i]!)] = syllable;
}

/** Where a code's character is; those of three bytes lie below 0x8000, where no code of two bytes is. */
function slot(code: number): number {
  return code > 0xffff ? code & 0x7fff : code;
}

export function decodeDoubleByte(
  table: Uint16Array,
  bytes: Uint8Array,
  start: number,
  end: number,
): string {
  const units = new Uint16Array(end - start);
  let count = 0;
  let at = start;
  while (at < end) {
    const first = bytes[at++]!;
    let unit = table[first]!;
    if (unit === 0 && first !== 0) {
      const second = at < end ? bytes[at]! : 0;
      const third = at + 1 < end ? bytes[at + 1]! : 0;
      unit = table[(first << 8) | second]!;
      if (unit !== 0) at++;
      else if (first === 0x8f && second > 0xa0) {
        unit = table[slot(0x8f_0000 | (second << 8) | third)]!;
        if (unit !== 0) at += 2;
      }
      if (unit === 0) {
        unit = 0xfffd;
        // An ASCII byte behind half a character is more likely a character of its own.
        if (second >= 0x80) at++;
      }
    }
    units[count++] = unit;
  }
  return textOfUnits(units.subarray(0, count));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
