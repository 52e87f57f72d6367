import { readFileSync } from 'node:fs';
import { KeyLog } from '../tls/key-log.ts';
import { InputError } from './input-error.ts';
import { reasonOf } from './read-capture.ts';

/** The secrets in an NSS key log file. */
export function readKeyLog(path: string): KeyLog {
  const keyLog = new KeyLog();
  let text: Uint8Array;
  try {
    text = readFileSync(path);
  } catch (error) {
    throw new InputError(reasonOf(error));
  }
  keyLog.add(text);
  if (keyLog.size === 0) {
    throw new InputError(
      'no key log: it has no line such as CLIENT_RANDOM <64 hex digits> <96 hex digits>; give the file that SSLKEYLOGFILE named',
    );
  }
  return keyLog;
}
