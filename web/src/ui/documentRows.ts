import { withoutMarks } from './pathDiff';

export interface DocumentRow {
  path: string;
  text: string;
}

const rowsMost = 300;
const scalarsInLine = 20;

const isScalar = (value: unknown) => value === null || typeof value !== 'object';

/** Scalars and lists of scalars are a row each; what is not set is left out. Tags have their own place. */
export function documentRows(document: unknown): DocumentRow[] {
  const rows: DocumentRow[] = [];
  const add = (path: string, value: unknown): void => {
    if (rows.length >= rowsMost || value === null || value === undefined || value === '') return;
    if (isScalar(value)) {
      rows.push({ path, text: withoutMarks(String(value)) });
    } else if (Array.isArray(value)) {
      if (value.length === 0) return;
      if (value.every(isScalar) && value.length <= scalarsInLine) {
        rows.push({ path, text: value.join(', ') });
      } else value.forEach((each, index) => add(`${path}[${index}]`, each));
    } else {
      for (const [name, each] of Object.entries(value)) add(path ? `${path}.${name}` : name, each);
    }
  };
  if (typeof document !== 'object' || document === null) return rows;
  for (const [name, value] of Object.entries(document)) {
    if (!/^tags?(list|set)?$/i.test(name)) add(name, value);
  }
  return rows;
}
