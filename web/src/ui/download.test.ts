import { afterEach, describe, expect, it, vi } from 'vitest';
import { download, fileName } from './download';

// As a customer's cloud names things; tests/attacks/shown_text.py has the same paths.
const hostile = [
  '../../x',
  '..\\..\\x',
  '/etc/passwd',
  'a/../../b',
  '~/.ssh/authorized_keys',
  'C:\\Windows\\x',
  '%2e%2e%2fx',
  '....//x',
  '.bashrc',
  '-rf',
  'x\0.exe',
  'a\r\nb',
  '\u202etxt.exe\u2066',
  '\uff0e\uff0e\uff0fx',
  '<img src=x onerror=alert(1)>',
  'x'.repeat(250),
  '..',
  '',
];
const plain = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?!\.))*\.json$/;

describe('row 39: the name of an exported file', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(hostile)('is plain for %j', (name) => {
    for (const parts of [[name], ['AWS::S3::Bucket', name], [name, name]]) {
      const file = fileName(parts, 'json');
      expect(file).toMatch(plain);
      expect(file.length).toBeLessThanOrEqual(105);
    }
  });

  it.each(['CON', 'nul', 'COM1', 'aux.txt', 'LPT9'])('is no device of Windows: %s', (name) => {
    expect(fileName([name], 'csv').split('.')[0]).toBe(`_${name.split('.')[0] ?? ''}`);
  });

  it('is what the browser is told', () => {
    const told: string[] = [];
    vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:x');
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      told.push(this.download);
    });
    for (const name of hostile) download(fileName([name], 'json'), 'application/json', ['{}']);
    expect(told).toHaveLength(hostile.length);
    for (const name of told) expect(name).toMatch(plain);
  });

  it('is made by fileName() wherever a file is handed out', () => {
    const sources = import.meta.glob<string>('../**/*.{ts,tsx}', {
      query: '?raw',
      import: 'default',
      eager: true,
    });
    let handed = 0;
    for (const [path, text] of Object.entries(sources)) {
      if (/\.test\.tsx?$/.test(path) || path.endsWith('/download.ts')) continue;
      expect(text, path).not.toMatch(/createObjectURL|\.download = |<a[^>]* download/);
      for (const [, first] of text.matchAll(/\bdownload\(\s*(\w+)/g)) {
        handed += 1;
        const named = new RegExp(`const ${first ?? ''} = fileName\\(`);
        expect(first === 'fileName' || named.test(text), `${path}: download(${first ?? ''}`).toBe(
          true,
        );
      }
    }
    expect(handed).toBeGreaterThanOrEqual(6);
  });
});
