#!/usr/bin/env node
// Read as CommonJS or as a module, by every Node since 10: nothing newer may stand here.
var NEEDED = 20;
var version = process.versions.node;
if (parseInt(version, 10) < NEEDED) {
  process.stderr.write(
    'mywire: needs Node ' +
      NEEDED +
      ' or newer; this is Node ' +
      version +
      ' (' +
      process.execPath +
      ')\n',
  );
  process.exitCode = 2;
} else {
  import('../dist/cli.js');
}
