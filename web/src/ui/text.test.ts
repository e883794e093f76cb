import { describe, expect, it } from 'vitest';
import { clipped, visible } from './foreignText';
import { countdown, duration, relative } from './format';

describe('text that others chose', () => {
  it('shows controls of direction and width', () => {
    expect(visible('a\u202Eb')).toBe('a⟨U+202E⟩b');
    expect(visible('zero\u200Bwidth')).toBe('zero⟨U+200B⟩width');
    expect(visible('line\nfeed\ttab')).toBe('line\nfeed\ttab');
    expect(visible('<b>Größe</b> 🚀')).toBe('<b>Größe</b> 🚀');
  });

  it('is bounded, and never cut inside a character', () => {
    expect(clipped('short', 10)).toBe('short');
    expect(clipped('x'.repeat(10_000), 80).length).toBeLessThanOrEqual(81);
    expect(clipped('🚀🚀🚀', 3)).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });
});

describe('times', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  it.each([
    ['2026-11-22T11:59:40Z', 'just now'],
    ['2026-11-22T11:30:00Z', '30 min ago'],
    ['2026-11-22T06:00:00Z', '6 h ago'],
    ['2026-11-20T12:00:00Z', '2 d ago'],
    ['2026-11-22T12:08:00Z', 'in 8 min'],
    ['not a time', 'not a time'],
  ])('%s is %s', (at, says) => expect(relative(at, now)).toBe(says));

  it('counts down and never below zero', () => {
    expect(countdown('2026-11-22T12:09:58Z', now)).toBe('9:58');
    expect(countdown('2026-11-23T11:00:00Z', now)).toBe('23 h');
    expect(countdown('2026-11-22T11:00:00Z', now)).toBe('0:00');
  });

  it.each([
    [950, '950 ms'],
    [59_000, '59 s'],
    [274_000, '4 min 34 s'],
    [7_260_000, '2 h 1 min'],
  ])('%d ms is %s', (milliseconds, says) => expect(duration(milliseconds)).toBe(says));
});
