import { describe, expect, it } from 'vitest';
import { csvCell, csvLine } from './csv';
import { documentRows } from './documentRows';
import { fileName } from './download';
import { aroundError, errorIndex } from './filterPosition';
import { labelsPatch, labelsText, readLabels } from './labelsText';
import { suggestFilter } from './suggestFilter';
import { hasTerm, toggleTerm } from './toggleTerm';
import { changed, sizeOf } from './useListUrl';

describe('where the server stopped reading a filter', () => {
  it('counts bytes, the page counts characters', () => {
    expect(errorIndex('name=ü x', 'cannot be read at position 9: …')).toBe(7);
    expect(errorIndex('name=🚀 (', 'cannot be read at position 11: …')).toBe(8);
    expect(errorIndex('abc', 'no place named')).toBeNull();
    expect(errorIndex('abc', 'at position 4: a value is missing')).toBe(3);
  });
  it('marks a whole character', () => {
    expect(aroundError('a🚀b', 1)).toEqual(['a', '🚀', 'b']);
    expect(aroundError('ab', 2)).toEqual(['ab', '', '']);
  });
});

describe('suggestions while a filter is typed', () => {
  const fields = [{ name: 'type', values: ['AWS::S3::Bucket', 'a b'] }, { name: 'tag.' }];
  it('completes fields, then values', () => {
    expect(suggestFilter('ty', fields)).toEqual(['type=']);
    expect(suggestFilter('x and ta', fields)).toEqual(['x and tag.']);
    expect(suggestFilter('type=buck', fields)).toEqual(['type=AWS::S3::Bucket']);
    expect(suggestFilter('name:x and type!=a', fields)).toContain('name:x and type!="a b"');
  });
  it('has nothing for what it does not know', () => {
    expect(suggestFilter('nonsense=', fields)).toEqual([]);
    expect(suggestFilter('type=AWS::S3::Bucket', fields)).toEqual([]);
  });
});

describe('facets in a filter', () => {
  it('are put in, replaced and taken out', () => {
    expect(toggleTerm('', 'type', 'A::B')).toBe('type=A::B');
    expect(toggleTerm('name:x and type=A', 'type', 'B')).toBe('name:x and type=B');
    expect(toggleTerm('name:x and type=A', 'type', 'A')).toBe('name:x');
    expect(hasTerm('type=A and region=r', 'region', 'r')).toBe(true);
  });
  it('never change the meaning of what they cannot read', () => {
    expect(toggleTerm('a=1 or b=2', 'type', 'A')).toBe('(a=1 or b=2) and type=A');
    expect(toggleTerm('(a=1 or b=2) and c=3', 'type', 'A')).toBe(
      '((a=1 or b=2) and c=3) and type=A',
    );
    expect(hasTerm('type=A or type=B', 'type', 'A')).toBe(false);
  });
});

describe('exports', () => {
  it.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx'])('%j is no formula', (value) => {
    expect(csvCell(value)).toMatch(/^"?'/);
  });
  it('quotes what would end a cell', () => {
    expect(csvLine(['a,b', 'c"d', 'e\nf', 'g'])).toBe('"a,b","c""d","e\nf",g\r\n');
  });
  it('makes names for every file system', () => {
    expect(fileName(['resources', '../../etc/passwd'], 'csv')).toBe('resources-.-.-etc-passwd.csv');
    expect(fileName(['🚀'], 'json')).toBe('export.json');
    expect(fileName(['a'.repeat(300)], 'csv')).toHaveLength(104);
    expect(fileName(['Fabrikam <b>', '\u202egnp'], 'csv')).toBe('Fabrikam-b-gnp.csv');
  });
});

describe('labels as text', () => {
  it('come back as they were', () => {
    const labels = { tier: 'gold', url: 'https://x/?a=b', empty: '' };
    expect(readLabels(labelsText(labels))).toEqual({ labels, badLine: 0 });
    expect(readLabels('a=b\n\nnonsense').badLine).toBe(3);
    expect(readLabels('=b').badLine).toBe(1);
  });
  it('are patched: what is gone is null', () => {
    expect(labelsPatch({ a: '1', b: '2' }, { b: '3' })).toEqual({ a: null, b: '3' });
  });
});

describe('a document as rows', () => {
  it('names nested values by their path and leaves tags and nothing out', () => {
    const rows = documentRows({ A: { B: 1 }, L: [1, 2], O: [{ x: true }], N: null, Tags: [{}] });
    expect(rows).toEqual([
      { path: 'A.B', text: '1' },
      { path: 'L', text: '1, 2' },
      { path: 'O[0].x', text: 'true' },
    ]);
  });
  it('is bounded', () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
    expect(documentRows(wide)).toHaveLength(300);
    expect(documentRows('text')).toEqual([]);
  });
});

describe('the address of a list', () => {
  it('keeps what is not changed', () => {
    expect(changed(new URLSearchParams('a=1&b=2'), { b: null, c: '3' }).toString()).toBe('a=1&c=3');
    expect(sizeOf('50')).toBe(50);
    expect(sizeOf('5000')).toBe(100);
    expect(sizeOf(null)).toBe(100);
  });
});
