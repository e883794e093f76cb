import { describe, expect, it } from 'vitest';
import { fromText, quoted, toText } from './filterText';

describe('the filter language', () => {
  it.each([
    ['name:acme', [{ field: 'name', operator: ':', value: 'acme' }]],
    ['status!=connected', [{ field: 'status', operator: '!=', value: 'connected' }]],
    ['resources>=100', [{ field: 'resources', operator: '>=', value: '100' }]],
    ['name="acme prod"', [{ field: 'name', operator: '=', value: 'acme prod' }]],
    ['tag.env^pro', [{ field: 'tag.env', operator: '^', value: 'pro' }]],
    ['"10.0.1.21"', [{ operator: ':', value: '10.0.1.21' }]],
    ['', []],
  ])('reads %s', (text, terms) => expect(fromText(text)?.terms).toEqual(terms));

  it('joins by and, by or, and side by side', () => {
    expect(fromText('a=1 and b=2')?.operation).toBe('and');
    expect(fromText('a=1 or b=2')?.operation).toBe('or');
    expect(fromText('a=1 b=2')?.terms).toHaveLength(2);
  });

  it.each([
    '(a=1 or b=2) and c=3',
    'a=1 and b=2 or c=3',
    'state in (queued, running)',
    'a=',
    'name="open',
  ])('leaves %s to the server', (text) => expect(fromText(text)).toBeNull());

  it('quotes what needs it', () => {
    expect(quoted('eu-central-1')).toBe('eu-central-1');
    expect(quoted('and')).toBe('"and"');
    expect(quoted('')).toBe('""');
    expect(quoted('say "hi" \\ bye')).toBe('"say \\"hi\\" \\\\ bye"');
  });

  it('writes what it reads, whatever the values hold', () => {
    const values = [
      'plain',
      'two words',
      '"',
      '\\',
      "it's",
      'a,b(c)',
      '<b>',
      '🚀',
      'x'.repeat(300),
    ];
    for (const operation of ['and', 'or'] as const) {
      const terms = values.map((value) => ({ field: 'name', operator: '=', value }));
      expect(fromText(toText({ terms, operation }))).toEqual({ terms, operation });
    }
  });
});
