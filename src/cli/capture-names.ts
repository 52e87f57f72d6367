import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CaptureName } from '../report/renderer.ts';

/** Captures as a report names them: below the working directory relative to it, so that reports of two checkouts agree. */
export function captureNames(paths: readonly string[]): CaptureName[] {
  return paths.map((path) =>
    path === '-' ? { name: 'standard input', uri: 'stdin' } : { name: path, uri: uriOf(path) },
  );
}

function uriOf(path: string): string {
  const below = relative('', path);
  const isOutside = below.startsWith('..') || isAbsolute(below);
  return isOutside
    ? pathToFileURL(path).href
    : below
        .split(sep)
        .map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd')))
        .join('/');
}
