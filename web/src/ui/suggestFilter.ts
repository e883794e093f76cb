/** What may follow in a filter that is being typed: fields, then the values that are known of a field. */
import { quoted } from './filterText';

export interface FilterField {
  name: string;
  values?: string[];
}

const lastPiece = /^(.*?)([^\s()]*)$/s;
const comparison = /^([\w.]+)(!=|=|:|\^)(.*)$/;
const shownMost = 30;

/** Whole texts, each the typed one with its last piece completed. */
export function suggestFilter(text: string, fields: FilterField[]): string[] {
  const [, before = '', piece = ''] = lastPiece.exec(text) ?? [];
  const compared = comparison.exec(piece);
  if (!compared) {
    const wanted = piece.toLowerCase();
    return fields
      .filter(({ name }) => name.startsWith(wanted) && name !== wanted)
      .map(({ name }) => `${before}${name}${name.endsWith('.') ? '' : '='}`)
      .slice(0, shownMost);
  }
  const [, name = '', operator = '', typed = ''] = compared;
  const wanted = typed.replace(/^"/, '').toLowerCase();
  const values = fields.find((field) => field.name === name)?.values ?? [];
  return values
    .filter((value) => value.toLowerCase().includes(wanted) && value !== typed)
    .map((value) => `${before}${name}${operator}${quoted(value)}`)
    .slice(0, shownMost);
}
