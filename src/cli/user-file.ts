import { InputError } from '../io/input-error.ts';
import { readWritten } from '../io/read-written.ts';
import { type Written, WrittenFault } from '../written/written.ts';
import { similar } from './similar.ts';

/** A file of the user's own that cannot be used: where, and a sentence. */
export class UserFileError extends Error {
  readonly where: string;

  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}

/** What a YAML or JSON file says, as `decode` understands it. */
export async function readUserFile<T>(path: string, decode: (written: Written) => T): Promise<T> {
  try {
    return decode(await readWritten(path));
  } catch (error) {
    if (error instanceof InputError) throw new UserFileError(path, error.message);
    if (!(error instanceof WrittenFault)) throw error;
    throw new UserFileError(`${path}:${error.line}`, error.message + suggestion(error));
  }
}

function suggestion({ unknown }: WrittenFault): string {
  if (unknown === null) return '';
  const meant = similar(unknown.word, unknown.known);
  return meant === null ? `; known are ${unknown.known.join(', ')}` : `; did you mean "${meant}"?`;
}
