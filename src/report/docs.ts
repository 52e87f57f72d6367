import type { CauseSpec } from '../findings/cause.ts';
import { CAUSES } from '../findings/index.ts';

/** Where mywire's documentation says more of a cause; null of what is no cause of a fault. */
export function docsOf(causeId: string): string | null {
  return pageOf(causeId) === null ? null : `docs/findings.md#${causeId}`;
}

export function pageOf(causeId: string): CauseSpec | null {
  return CAUSES.find(({ id }) => id === causeId) ?? null;
}
