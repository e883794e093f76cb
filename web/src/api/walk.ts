/** Walks a list from its first page to its last, for exports. */
export interface WalkedPage<T> {
  items: T[];
  next_cursor: string | null;
}

interface Walk<T> {
  page: (cursor: string) => Promise<WalkedPage<T>>;
  most: number;
  onPage?: (rows: number) => void;
  signal?: AbortSignal;
}

/** `whole` is false where the list is longer than `most`. */
export async function walk<T>({ page, most, onPage, signal }: Walk<T>) {
  const rows: T[] = [];
  let cursor = '';
  for (;;) {
    signal?.throwIfAborted();
    const { items, next_cursor } = await page(cursor);
    for (const item of items) if (rows.length < most) rows.push(item);
    onPage?.(rows.length);
    if (!next_cursor) return { rows, whole: true };
    if (rows.length >= most) return { rows, whole: false };
    cursor = next_cursor;
  }
}
