import type { Command } from './command.ts';

/** Commands that are listed: a packet of 64 MiB may hold 32 million of two bytes. */
const MAX_LISTED = 1000;

interface Listed {
  readonly command: string;
  /** Payload bytes, the command's code among them. */
  readonly length: number;
}

/**
 * COM_MULTI, of MariaDB from 10.2 on, since removed (maria_multi_check, sql_parse.cc)
 *
 *   int<1>          0xfe
 *   until the end:  string<lenenc>  a command, from its code on
 */
export function comMulti(nameOf: (code: number) => string): Command {
  return {
    code: 0xfe,
    name: 'COM_MULTI',
    // The answers of its commands, one after the other, as of so many statements.
    reply: 'answer',
    decode: (c, fields) => {
      c.skip('command', 1);
      const commands: Listed[] = [];
      fields.commandCount = 0;
      fields.commands = commands;
      for (let count = 1; c.left > 0; count++) {
        const length = c.length('command length');
        const { bytes, start } = c.span('command', length);
        if (count <= MAX_LISTED) {
          commands.push({ command: length === 0 ? 'Unknown' : nameOf(bytes[start]!), length });
        }
        fields.commandCount = count;
      }
    },
  };
}
