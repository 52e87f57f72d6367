import { CAUSES } from '../findings/index.ts';

/** Where mywire's documentation says more of a cause. */
export function docsOf(causeId: string): string {
  return `docs/findings.md#${causeId}`;
}

/** What happened, in one sentence that is the same for every capture; null of what has no page. */
export function titleOf(causeId: string): string | null {
  return CAUSES.find(({ id }) => id === causeId)?.title ?? null;
}
