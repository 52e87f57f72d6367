import { describe, expect, test } from 'vitest';
import { frameOf } from '../../src/capture/frame.ts';
import { newRecord } from '../../src/capture/record.ts';
import { Connection } from '../../src/tcp/connection.ts';
import { endpointsOf, FlowTable } from '../../src/tcp/flow-table.ts';
import { concat, hex, toHex, zeros } from '../build/bytes.ts';
import { address4 } from '../build/frame.ts';

type Ends = [source: Uint8Array, sourcePort: number, destination: Uint8Array, port: number];

const frame = frameOf(newRecord());
const server = address4('10.9.8.7');
const client = address4('10.0.0.1');

const reversed = ([source, sourcePort, destination, port]: Ends): Ends => [
  destination,
  port,
  source,
  sourcePort,
];

/** The table's two calls, as for a segment whose addresses stand behind seven other bytes. */
function calls(table: FlowTable) {
  let count = 0;
  const at = ([source, , destination]: Ends) => concat(zeros(7), source, destination);
  return {
    /** The connection's number and direction, `1 <` being that of the second endpoint's segments. */
    find: (ends: Ends) => {
      const [source, sourcePort, , port] = ends;
      const found = table.find(at(ends), 7, source.length, sourcePort, port);
      return found && `${found.number} ${'><'[table.direction]}`;
    },
    open: (ends: Ends, again = false) => {
      const [source, sourcePort, , port] = ends;
      const bytes = at(ends);
      const found = table.find(bytes, 7, source.length, sourcePort, port);
      expect(found !== null).toBe(again);
      const endpoints = endpointsOf(bytes, 7, source.length, sourcePort, port);
      const opened = new Connection(count++, endpoints, frame);
      table.add(opened, found);
      return opened;
    },
  };
}

const numbers = (table: FlowTable) => [...table].map(({ number }) => number).sort((a, b) => a - b);

describe('FlowTable', () => {
  test('a connection is found from both of its ends', () => {
    const { find, open } = calls(new FlowTable());
    const ends: Ends = [client, 40_000, server, 3306];
    expect(find(ends)).toBeNull();
    const opened = open(ends);
    expect(find(ends)).toBe('0 >');
    expect(find(reversed(ends))).toBe('0 <');
    expect(opened.endpoints.map(({ address, port }) => [toHex(address), port])).toEqual([
      ['0a000001', 40_000],
      ['0a090807', 3306],
    ]);
  });

  test('the first endpoint is whoever sent the first segment seen', () => {
    const { find, open } = calls(new FlowTable());
    open([server, 3306, client, 40_000]);
    expect(find([client, 40_000, server, 3306])).toBe('0 <');
  });

  test('every part of the endpoints counts', () => {
    const { find, open } = calls(new FlowTable());
    open([client, 40_000, server, 3306]);
    expect(find([client, 40_001, server, 3306])).toBeNull();
    expect(find([client, 40_000, server, 3307])).toBeNull();
    expect(find([address4('10.0.0.2'), 40_000, server, 3306])).toBeNull();
    expect(find([address4('11.0.0.1'), 40_000, server, 3306])).toBeNull();
    expect(find([client, 40_000, address4('10.9.8.6'), 3306])).toBeNull();
    // Ports and addresses changed places, but not together.
    expect(find([client, 3306, server, 40_000])).toBeNull();
    expect(find([server, 40_000, client, 3306])).toBeNull();
  });

  test('both ends may have one address', () => {
    const { find, open } = calls(new FlowTable());
    open([client, 40_000, client, 3306]);
    expect(find([client, 40_000, client, 3306])).toBe('0 >');
    expect(find([client, 3306, client, 40_000])).toBe('0 <');
  });

  test('many connections are numbered as they come and found in any order', () => {
    const table = new FlowTable();
    const { find, open } = calls(table);
    const all = Array.from({ length: 2000 }, (_, i): Ends => [client, 20_000 + i, server, 3306]);
    for (const ends of all) open(ends);
    expect(table.size).toBe(2000);
    for (const i of [0, 1999, 7, 1024, 7]) {
      expect(find(all[i]!)).toBe(`${i} >`);
      expect(find(reversed(all[i]!))).toBe(`${i} <`);
    }
    expect(numbers(table)).toEqual(all.map((_, i) => i));
  });

  test('IPv6 addresses are told apart to the last byte', () => {
    const { find, open } = calls(new FlowTable());
    const first = hex('20010db8000000000000000000000001');
    const second = hex('20010db8000000000000000000000002');
    const server6 = hex('20010db80000000000000000000000ff');
    open([first, 40_000, server6, 3306]);
    expect(find([second, 40_000, server6, 3306])).toBeNull();
    open([second, 40_000, server6, 3306]);
    expect(find([server6, 3306, first, 40_000])).toBe('0 <');
    expect(find([second, 40_000, server6, 3306])).toBe('1 >');
  });

  test('an IPv4 address is not the start of an IPv6 one', () => {
    const { find, open } = calls(new FlowTable());
    open([zeros(16), 40_000, zeros(16), 3306]);
    expect(find([zeros(4), 40_000, zeros(4), 3306])).toBeNull();
  });

  test('a port used again makes a new connection in place of the old', () => {
    const table = new FlowTable();
    const { find, open } = calls(table);
    const ends: Ends = [client, 40_000, server, 3306];
    open(ends);
    const other: Ends = [client, 40_001, server, 3306];
    open(other);
    // The server's end may be the one that opens it.
    open(reversed(ends), true);
    expect(find(ends)).toBe('2 <');
    expect(find(other)).toBe('1 >');
    expect(table.size).toBe(2);
    expect(numbers(table)).toEqual([1, 2]);
  });

  test('a connection that was removed is not found', () => {
    const table = new FlowTable();
    const { find, open } = calls(table);
    const ends: Ends = [client, 40_000, server, 3306];
    table.remove(open(ends));
    expect(find(ends)).toBeNull();
    expect([table.size, numbers(table)]).toEqual([0, []]);
  });

  describe('connections of one hash', () => {
    // The hash starts by mixing the port with the address's first byte: 40000^10 = 40001^11 = 40002^8.
    const same: Ends[] = [
      [address4('10.0.0.1'), 40_000, server, 3306],
      [address4('11.0.0.1'), 40_001, server, 3306],
      [address4('8.0.0.1'), 40_002, server, 3306],
    ];

    test('are all found, from both ends', () => {
      const table = new FlowTable();
      const { find, open } = calls(table);
      for (const ends of same) open(ends);
      for (const i of [0, 1, 2, 1, 0]) {
        expect(find(same[i]!)).toBe(`${i} >`);
        expect(find(reversed(same[i]!))).toBe(`${i} <`);
      }
      expect(numbers(table)).toEqual([0, 1, 2]);
    });

    test.each([0, 1, 2])('make room for a port used again (%i)', (again) => {
      const table = new FlowTable();
      const { find, open } = calls(table);
      for (const ends of same) open(ends);
      open(same[again]!, true);
      same.forEach((ends, i) => {
        expect(find(ends)).toBe(i === again ? '3 >' : `${i} >`);
      });
      expect(numbers(table)).toEqual([0, 1, 2, 3].filter((number) => number !== again));
    });
  });
});
