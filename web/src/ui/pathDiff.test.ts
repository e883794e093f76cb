import { describe, expect, it } from 'vitest';
import { pairPaths } from './pairPaths';
import { diffValues, type Piece, shortPath, valueText, withoutMarks } from './pathDiff';
import { wholeResource } from './wholeResource';

const marked = (pieces: Piece[]) => pieces.filter((piece) => piece.marked).map(({ text }) => text);
const text = (pieces: Piece[]) => pieces.map((piece) => piece.text).join('');

describe('before and after', () => {
  it('marks scalars whole', () => {
    const { before, after } = diffValues(true, false);
    expect(marked(before)).toEqual(['true']);
    expect(marked(after)).toEqual(['false']);
    expect(marked(diffValues(512, 1024).after)).toEqual(['1024']);
  });
  it('marks strings by words around their common ends', () => {
    const { before, after } = diffValues('nodejs20.x', 'nodejs22.x');
    expect(marked(before)).toEqual(['nodejs20']);
    expect(marked(after)).toEqual(['nodejs22']);
  });
  it('marks of lists what the other side has not', () => {
    const { before, after } = diffValues(['10.0.0.0/8'], ['10.0.0.0/8', '0.0.0.0/0']);
    expect(marked(before)).toEqual([]);
    expect(marked(after)).toEqual(['0.0.0.0/0']);
    expect(text(after)).toBe('[10.0.0.0/8, 0.0.0.0/0]');
  });
  it('marks of objects the members that differ', () => {
    const { after } = diffValues({ a: 1, b: [] }, { a: 1, b: [{ c: 'x' }] });
    expect(marked(after)).toEqual(['b: [{c: x}]']);
  });
  it('has nothing on the side where nothing was', () => {
    expect(diffValues(null, 'x')).toEqual({ before: [], after: [{ text: 'x', marked: false }] });
    expect(diffValues('x', undefined).after).toEqual([]);
  });
  it('marks very long strings whole', () => {
    expect(marked(diffValues('a '.repeat(9000), 'b').before)).toHaveLength(1);
  });
  it('names a redacted secret by its print only', () => {
    const mark = `patrol-redacted:v1:5154a290:${'97b7bf74'}${'0'.repeat(24)}`;
    expect(withoutMarks(`x=${mark}`)).toBe('x=(secret, not stored; print 97b7bf74)');
    expect(valueText({ Value: mark })).toContain('97b7bf74');
  });
});

describe('paths', () => {
  it('leave long elements out', () => {
    const element = JSON.stringify({
      FromPort: 5432,
      Why: 'brackets ] in [ text',
      x: 'y'.repeat(50),
    });
    expect(shortPath(`Ip[${element}].Cidr`)).toBe('Ip[…].Cidr');
    expect(shortPath('Tags[Key=env].Value')).toBe('Tags[Key=env].Value');
    expect(shortPath('broken[')).toBe('broken[');
  });
  it('of an element that changed stand beside each other', () => {
    const before = { port: 1, proto: 'tcp', cidr: 'a' };
    const after = { ...before, cidr: 'b' };
    const rows = pairPaths([
      { path: `Rules[${JSON.stringify(before)}]`, before, after: null },
      { path: 'Other', before: 1, after: 2 },
      { path: `Rules[${JSON.stringify(after)}]`, before: null, after, why: 'opened' },
    ]);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ before, after, why: 'opened' });
    expect(rows[0]?.paths).toHaveLength(2);
  });
  it('of elements that have little in common stay apart', () => {
    const before = { a: 1, b: 2, c: 3 };
    const after = { a: 9, b: 8, c: 7 };
    const rows = pairPaths([
      { path: `R[${JSON.stringify(before)}]`, before, after: null },
      { path: `R[${JSON.stringify(after)}]`, before: null, after },
    ]);
    expect(rows).toHaveLength(2);
  });
  it('of a resource that came are its members', () => {
    expect(wholeResource(null, { A: 1 })).toEqual([{ path: 'A', before: null, after: 1 }]);
    expect(wholeResource(null, undefined)).toEqual([]);
  });
});
