import { realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { OutputError } from './write-output.ts';

/** Writes a file as a whole or not at all: whoever reads it meanwhile sees the one that was there before. */
export function writeWhole(path: string, text: string): void {
  const target = realPath(path);
  const beside = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new OutputError(path, `cannot write: ${(error as Error).message}`);
  }
}

/** Behind symbolic links, which stay what they are. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
