import { act, renderHook, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { useFirstRows } from './useFirstRows';

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `row ${from + index}`);
const idOf = (row: string) => row;

it('shows a screenful of a new list first, then all of it', async () => {
  const inView = Math.ceil(innerHeight / 30);
  const first = rows(0, 100);
  const { result, rerender } = renderHook(({ items }) => useFirstRows(items, idOf), {
    initialProps: { items: first },
  });
  expect(result.current).toHaveLength(inView);
  await waitFor(() => expect(result.current).toBe(first));
  const next = rows(100, 200);
  rerender({ items: next });
  expect(result.current).toEqual(next.slice(0, inView));
  await waitFor(() => expect(result.current).toBe(next));
});

it('never cuts a list of which rows were shown already, nor a short one', async () => {
  const { result, rerender } = renderHook(({ items }) => useFirstRows(items, idOf), {
    initialProps: { items: rows(0, 100) },
  });
  await waitFor(() => expect(result.current).toHaveLength(100));
  const grown = ['row new', ...rows(0, 100)];
  act(() => rerender({ items: grown }));
  expect(result.current).toBe(grown);
  const short = rows(300, 310);
  rerender({ items: short });
  expect(result.current).toBe(short);
});
