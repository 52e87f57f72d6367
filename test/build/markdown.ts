/** A table of Markdown, its columns as wide as their cells, as the formatter has them. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) =>
    Math.max(3, ...[name, ...lines.map((line) => line[i]!)].map((cell) => cell.length)),
  );
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [row(head), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n');
}
