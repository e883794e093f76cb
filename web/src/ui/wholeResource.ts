/** The members of a resource that came or went, as paths: a row each is read easier than one document. */
import type { ShownPath } from './PathDiff';

const membersMost = 60;

function members(document: unknown): [string, unknown][] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return document === null || document === undefined ? [] : [['', document]];
  }
  return Object.entries(document).slice(0, membersMost);
}

export function wholeResource(before: unknown, after: unknown): ShownPath[] {
  const gone = members(before).map(([path, value]) => ({ path, before: value, after: null }));
  const came = members(after).map(([path, value]) => ({ path, before: null, after: value }));
  return [...gone, ...came];
}
