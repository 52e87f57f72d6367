/** Where mywire's documentation says more of a cause. */
export function docsOf(causeId: string): string {
  return `docs/findings.md#${causeId}`;
}
