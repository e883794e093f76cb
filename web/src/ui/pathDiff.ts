/**
 * What of two values is to be marked. Scalars are marked whole (the letters that `true` and `false` share
 * mean nothing), strings by words around their common ends, lists by the elements that the other side
 * does not have, objects by their members.
 */
import { diff } from '../strings/diff';

export interface Piece {
  text: string;
  marked: boolean;
}

export interface ValueDiff {
  before: Piece[];
  after: Piece[];
}

/** A secret that was taken out before anything was stored: its mark tells only whether it changed. */
const redacted = /patrol-redacted:v\d+:[0-9a-f]*:?([0-9a-f]{8})[0-9a-f]*/g;

export function withoutMarks(text: string): string {
  return text.includes('patrol-redacted:') ? text.replace(redacted, diff.redacted('$1')) : text;
}

/** On one line: `{GroupId: sg-1, Ports: [80, 443]}`. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (isFields(value)) {
    const members = Object.entries(value).map(([name, each]) => `${name}: ${inline(each)}`);
    return `{${members.join(', ')}}`;
  }
  return typeof value === 'string' ? withoutMarks(value) : JSON.stringify(value);
}

/** Objects are a line for each member; everything else is on one. */
export function valueText(value: unknown): string {
  if (!isFields(value)) return inline(value);
  return Object.entries(value)
    .map(([name, each]) => `${name}: ${inline(each)}`)
    .join('\n');
}

const whole = (text: string): Piece[] => [{ text, marked: true }];
const plain = (text: string): Piece[] => [{ text, marked: false }];

function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_]/gu) ?? [];
}

/** Beyond this many characters a string is marked whole: nobody reads it word by word. */
const readMost = 4_000;

function diffStrings(oldText: string, newText: string): ValueDiff {
  const before = withoutMarks(oldText);
  const after = withoutMarks(newText);
  if (before.length > readMost || after.length > readMost) {
    return { before: whole(before), after: whole(after) };
  }
  const old = words(before);
  const now = words(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const pieces = (all: string[]): Piece[] =>
    [
      { text: all.slice(0, head).join(''), marked: false },
      { text: all.slice(head, all.length - tail).join(''), marked: true },
      { text: all.slice(all.length - tail).join(''), marked: false },
    ].filter(({ text }) => text !== '');
  return { before: pieces(old), after: pieces(now) };
}

function listPieces(list: unknown[], other: Set<string>): Piece[] {
  const pieces = list.flatMap((element, index) => [
    ...(index > 0 ? plain(', ') : []),
    { text: valueText(element), marked: !other.has(JSON.stringify(element)) },
  ]);
  return [...plain('['), ...pieces, ...plain(']')];
}

function diffLists(before: unknown[], after: unknown[]): ValueDiff {
  const keys = (list: unknown[]) => new Set(list.map((element) => JSON.stringify(element)));
  return { before: listPieces(before, keys(after)), after: listPieces(after, keys(before)) };
}

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberPieces(fields: Fields, other: Fields): Piece[] {
  return Object.entries(fields).flatMap(([name, value], index) => [
    ...(index > 0 ? plain('\n') : []),
    {
      text: `${name}: ${inline(value)}`,
      marked: JSON.stringify(value) !== JSON.stringify(other[name]),
    },
  ]);
}

export function diffValues(before: unknown, after: unknown): ValueDiff {
  const gone = before === null || before === undefined;
  const none = after === null || after === undefined;
  if (gone || none) {
    return {
      before: gone ? [] : plain(valueText(before)),
      after: none ? [] : plain(valueText(after)),
    };
  }
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after);
  if (typeof before === 'string' && typeof after === 'string') return diffStrings(before, after);
  if (isFields(before) && isFields(after)) {
    return { before: memberPieces(before, after), after: memberPieces(after, before) };
  }
  return { before: whole(valueText(before)), after: whole(valueText(after)) };
}

/** A path without the text of long elements: `IpPermissions[…]`; the whole path is on hover. */
const elementMost = 60;

export function shortPath(path: string): string {
  let out = '';
  let at = 0;
  while (at < path.length) {
    const open = path.indexOf('[', at);
    if (open < 0) return out + path.slice(at);
    const close = elementEnd(path, open);
    const element = path.slice(open, close);
    out += path.slice(at, open) + (element.length > elementMost ? '[…]' : element);
    at = close;
  }
  return out;
}

/** Behind the bracket that closes the one at `open`; brackets inside quotes are text. */
function elementEnd(path: string, open: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = open; at < path.length; at += 1) {
    const character = path[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '[') depth += 1;
    else if (!quoted && character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return path.length;
}
