/** Puts `field=value` into a filter's text, or takes it out where it is there. */
import { fromText, quoted, toText } from './filterText';

export function hasTerm(text: string, field: string, value: string): boolean {
  const read = fromText(text);
  if (!read || (read.operation === 'or' && read.terms.length > 1)) return false;
  return read.terms.some(
    (term) => term.field === field && term.operator === '=' && term.value === value,
  );
}

/** One value of a field at a time: `type=a and type=b` finds nothing. */
export function toggleTerm(text: string, field: string, value: string): string {
  const added = `${field}=${quoted(value)}`;
  if (text.trim() === '') return added;
  const read = fromText(text);
  const isList = read && (read.operation === 'and' || read.terms.length < 2);
  if (!isList) return `(${text}) and ${added}`;
  const was = hasTerm(text, field, value);
  const others = read.terms.filter((term) => term.field !== field || term.operator !== '=');
  const terms = was ? others : [...others, { field, operator: '=', value }];
  return toText({ terms, operation: 'and' });
}
