import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { complain } from './cli/complain.ts';
import { withConfig } from './cli/config.ts';
import { addExplain } from './cli/explain.ts';
import { addOptions } from './cli/options.ts';
import { type About, EXIT, runView } from './cli/run-view.ts';
import { UserFileError } from './cli/user-file.ts';
import type { ViewName } from './report/index.ts';

const EXAMPLES = `
Examples:
  mywire capture.pcap                  what is in it, and what went wrong
  mywire check capture.pcap            what went wrong; exit code 1 on errors
  mywire packets -c 3 capture.pcapng   every MySQL packet of connection 3
  mywire queries capture.pcap          every command and its answer
  mywire results --keylog keys.log capture.pcap     values that TLS hides
  mywire packets --ndjson capture.pcap.gz | jq 'select(.type == "ERR")'
  mywire check -o junit=a.xml -o sarif=a.sarif capture.pcap   for CI, beside the table
  mywire check mysql.pcap*             a rotated set, as one capture
  mywire check --baseline known.json --strict f.pcap    in CI: docs/ci.md
  mywire explain "Packets out of order. Got: 1 Expected: 2"     what that means
  tcpdump -i any -U -w - port 3306 | mywire packets -

A capture is pcap or pcapng, plain, gzip or zstd; "-" reads standard input.
Several are read as one, by the time of their frames. Ctrl-C ends the reading.
In packets, "1≠2" is sequence id 1 where the packet's reader expects 2.

Exit codes, in every view:
  0  no finding at or above --fail-on (errors, if you do not say)
  1  such findings
  2  wrong command line, unreadable, cut or no capture; outranks 1
  3  with --strict: no such finding, but the capture cannot support that;
     with --require-mysql: there is no MySQL in it
  130, 143  SIGINT or SIGTERM came before a file's end
`;

const CAPTURES = 'capture files, read as one by time; - is standard input';

/** The views that are commands of their own. One line adds a command. */
const COMMANDS: [name: ViewName, description: string][] = [
  ['connections', 'one line a MySQL connection: who, when, how it logged in and ended'],
  ['packets', 'one line a MySQL packet, with its sequence id and the one its reader expects'],
  ['queries', 'one line a command and its answer: SQL, parameters, times, rows, error'],
  ['results', 'result sets with their values'],
  ['check', 'the verdict alone: what broke, why, what proves it and what to do'],
];

function program(setExitCode: (code: number) => void): Command {
  const about = aboutMywire();
  const root = new Command('mywire')
    .description('Says what went wrong in a packet capture of MySQL traffic.')
    .version(about.version)
    .argument('[captures...]', CAPTURES)
    .addHelpText('after', EXAMPLES)
    .helpCommand(true)
    .showHelpAfterError('(see mywire --help)')
    .exitOverride();
  addOptions(root).action(async (paths: string[]) => {
    if (paths.length === 0) {
      root.outputHelp({ error: true });
      setExitCode(EXIT.failure);
      return;
    }
    setExitCode(await runView('summary', paths, await withConfig(root, 'summary'), about));
  });
  for (const [name, description] of COMMANDS) {
    const command = root.command(name).description(description).argument('<captures...>', CAPTURES);
    if (name === 'packets') command.option('--rows', 'show the values of rows, too');
    addOptions(command).action(async (paths: string[], _own: unknown, self: Command) => {
      setExitCode(await runView(name, paths, await withConfig(self, name), about));
    });
  }
  addExplain(root, setExitCode);
  return root;
}

function aboutMywire(): About {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version, homepage } = JSON.parse(text) as { version: string; homepage?: string };
  return { version, homepage: homepage ?? null };
}

async function main(): Promise<void> {
  // `mywire --help | head`: whoever reads our output may go away at any time, and that is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // What else goes wrong, whoever writes says: a full disk.
      if (error.code !== 'EPIPE') process.exitCode = EXIT.failure;
    });
  }
  try {
    await program((code) => {
      process.exitCode = code;
    }).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end here as well, with code 0; everything else is a wrong command line.
      process.exitCode = error.exitCode === 0 ? EXIT.clean : EXIT.failure;
      return;
    }
    if (error instanceof UserFileError) {
      complain(error.where, error.message);
      process.exitCode = EXIT.failure;
      return;
    }
    const { message, stack } = error as Error;
    const isDebug = process.argv.includes('--debug');
    process.stderr.write(
      isDebug
        ? `mywire: ${stack}\n`
        : `mywire: ${message}\nThis is a fault of mywire: please report it, with the output of --debug.\n`,
    );
    process.exitCode = EXIT.failure;
  }
}

await main();
