import type { CauseText } from '../findings/cause.ts';

/** "rule x, severity y", and what else its findings can be, by what the capture shows. */
export function outcomeTexts({ rule, severity, also = [] }: CauseText): string[] {
  if (rule === null) return ['no finding: nothing is wrong with the packets'];
  const others = also.filter((one) => one.rule !== rule || one.severity !== severity);
  return [
    `rule ${rule}, severity ${severity}`,
    ...others.map((one) => `rule ${one.rule}, severity ${one.severity}, if ${one.when}`),
  ];
}
