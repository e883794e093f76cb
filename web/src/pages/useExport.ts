import { useState } from 'react';
import { shownError } from '../api/problem';
import { walk, type WalkedPage } from '../api/walk';
import { lists } from '../strings/lists';
import { useFlash } from '../ui/flash';

/** More is for the command line: a browser holds the whole file in memory. */
const rowsMost = 20_000;

interface Export<T> {
  page: (cursor: string) => Promise<WalkedPage<T>>;
  /** Makes a file of the rows and hands it to the browser. */
  hand: (form: string, rows: T[]) => void;
  most?: number;
  /** What is said of a list that is longer. */
  cut?: (rows: number) => string;
}

/** A list as a file: its pages are asked for one after the other. */
export function useExport<T>({ page, hand, most = rowsMost, cut = lists.exportCut }: Export<T>) {
  const flash = useFlash();
  const [rows, setRows] = useState<number | null>(null);
  const start = async (form: string) => {
    setRows(0);
    try {
      const found = await walk<T>({ most, onPage: setRows, page });
      hand(form, found.rows);
      flash(
        found.whole
          ? { type: 'success', content: lists.exported(found.rows.length) }
          : { type: 'warning', content: cut(found.rows.length) },
      );
    } catch (error) {
      const { title, detail } = shownError(error);
      flash({ type: 'error', header: `${lists.exportFailed}: ${title}`, content: detail });
    }
    setRows(null);
  };
  return { rows, start };
}
