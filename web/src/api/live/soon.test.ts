import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useSoon } from './soon';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('makes one call of many within a second, with what is wanted by then', () => {
  const asked: string[] = [];
  const { result, rerender } = renderHook(({ name }) => useSoon(() => asked.push(name)), {
    initialProps: { name: 'before' },
  });
  for (let i = 0; i < 50; i += 1) result.current();
  rerender({ name: 'now' });
  vi.advanceTimersByTime(999);
  expect(asked).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(asked).toEqual(['now']);
  result.current();
  vi.advanceTimersByTime(1_000);
  expect(asked).toEqual(['now', 'now']);
});

it('is silent when its page is gone', () => {
  const asked: string[] = [];
  const { result, unmount } = renderHook(() => useSoon(() => asked.push('late')));
  result.current();
  unmount();
  vi.advanceTimersByTime(2_000);
  expect(asked).toEqual([]);
});
