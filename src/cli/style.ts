import { type Layout, PLAIN, type Style } from '../report/renderer.ts';

/** Basic colours are enough, and every terminal has them. */
const LEVEL = 1;

/**
 * Colours and width of the output. The flag decides; then FORCE_COLOR and NO_COLOR
 * (https://force-color.org, https://no-color.org); then whether it is a terminal.
 */
export async function layoutFor(
  color: 'auto' | 'always' | 'never' | undefined,
  toFile: boolean,
  env: NodeJS.ProcessEnv = process.env,
  stdout: { isTTY?: boolean; columns?: number } = process.stdout,
): Promise<Layout> {
  const isTerminal = !toFile && stdout.isTTY === true;
  let colored = isTerminal && env.TERM !== 'dumb';
  if (env.NO_COLOR) colored = false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') {
    colored = env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  }
  if (color !== undefined && color !== 'auto') colored = color === 'always';
  return {
    style: colored ? await colours() : PLAIN.style,
    width: isTerminal ? stdout.columns || 80 : null,
    all: false,
  };
}

async function colours(): Promise<Style> {
  // Loaded only when it colours something: it would delay every start.
  const { Chalk } = await import('chalk');
  return new Chalk({ level: LEVEL });
}
