/**
 * The filter language as text, for the URL and the API: `name:"acme prod" and status!=connected`.
 * The console writes and reads flat lists of terms joined by one word; what it cannot read (parentheses,
 * mixed `and`/`or`) stays one free text term, so that a pasted link is never changed.
 */
export interface FilterTerm {
  /** Absent: free text. */
  field?: string;
  operator: string;
  value: string;
}

export interface FilterTerms {
  terms: FilterTerm[];
  operation: 'and' | 'or';
}

const bareValue = /^[A-Za-z0-9_.:/@+-]+$/;
const keyword = /^(and|or|in)$/i;

/** A value as the language wants it: quoted where it has to be. */
export function quoted(value: string): string {
  if (bareValue.test(value) && !keyword.test(value)) return value;
  return `"${value.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}

export function toText({ terms, operation }: FilterTerms): string {
  return terms
    .map(({ field, operator, value }) =>
      field ? `${field}${operator}${quoted(value)}` : quoted(value),
    )
    .join(` ${operation} `);
}

const term =
  /^\s*(?:([A-Za-z_][\w.-]*)\s*(!=|>=|<=|=|:|\^|>|<)\s*)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,()"']+)\s*/;

function unquoted(text: string): string {
  if (!/^["']/.test(text)) return text;
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

/** A term without a field: quoted, or a word that is no keyword and no broken comparison. */
function isWord(text: string): boolean {
  return /^["']/.test(text) || !(keyword.test(text) || /[=<>^!]|:$/.test(text));
}

/** null for a text that is no flat list. */
function flatList(text: string): FilterTerms | null {
  const terms: FilterTerm[] = [];
  const joins = new Set<string>();
  let rest = text;
  while (rest.trim() !== '') {
    const joined = /^\s*(and|or)\s+/i.exec(rest);
    if (joined && terms.length > 0) {
      joins.add(joined[1]!.toLowerCase());
      rest = rest.slice(joined[0].length);
    } else if (terms.length > 0) {
      joins.add('and');
    }
    const found = term.exec(rest);
    if (!found || (!found[1] && !isWord(found[3]!))) return null;
    terms.push({
      ...(found[1] ? { field: found[1] } : {}),
      operator: found[2] ?? ':',
      value: unquoted(found[3]!),
    });
    rest = rest.slice(found[0].length);
  }
  if (joins.size > 1) return null;
  return { terms, operation: joins.has('or') ? 'or' : 'and' };
}

export function fromText(text: string): FilterTerms | null {
  if (text.trim() === '') return { terms: [], operation: 'and' };
  return flatList(text);
}
