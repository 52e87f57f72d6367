import { escapeText } from '../bytes/text.ts';

/** A zero-width space: what it stands in is shown as it was, and means nothing any more. */
const BREAK = '&#8203;';

/**
 * Text that Markdown (CommonMark with GitHub's and GitLab's additions) shows as it is: no markup, no HTML, no
 * mention of anybody, no link. For one line, or one cell of a table.
 */
export function markdownText(text: string): string {
  return escapeText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/[@#]|:(?=\/)|www(?=\.)/gi, `$&${BREAK}`)
    .trim()
    .replace(/^(?:[-+=]|\d+(?=[.)]))/, `$&${BREAK}`);
}

/** A code span, whose fence is longer than any row of backticks in it. */
export function markdownCode(text: string): string {
  const code = escapeText(text);
  const rows = code.match(/`+/g) ?? [];
  const fence = '`'.repeat(rows.reduce((most, { length }) => Math.max(most, length), 0) + 1);
  const pad = /^[` ]|[` ]$/.test(code) ? ' ' : '';
  return fence + pad + code + pad + fence;
}
