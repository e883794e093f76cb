/** Labels as text, `key=value` a line, and back. */
export function labelsText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}

/** The number of the first line that is no label, or the labels. */
export function readLabels(text: string): { labels: Record<string, string>; badLine: number } {
  const labels: Record<string, string> = {};
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    const key = line.slice(0, at).trim();
    if (at < 1 || key === '') return { labels, badLine: index + 1 };
    labels[key] = line.slice(at + 1).trim();
  }
  return { labels, badLine: 0 };
}

/** What a merge patch has to say so that `after` is what is there: labels that are gone are null. */
export function labelsPatch(
  before: Record<string, string>,
  after: Record<string, string>,
): Record<string, string | null> {
  const gone = Object.keys(before).filter((key) => !(key in after));
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...after };
}
