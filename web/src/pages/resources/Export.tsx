import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { shownError } from '../../api/problem';
import { type Place, resourcePage } from '../../api/resources';
import { walk } from '../../api/walk';
import { lists } from '../../strings/lists';
import type { S } from '../../types';
import { csvLine } from '../../ui/csv';
import { download, fileName } from '../../ui/download';
import { useFlash } from '../../ui/flash';

interface Props {
  place: Place;
  q: string;
  sort: string;
  name: string[];
}

/** More is for the command line: a browser holds the whole file in memory. */
const rowsMost = 20_000;
const rowsAtOnce = 500;

// prettier-ignore
const head = [
  'id', 'type', 'name', 'native_id', 'arn', 'account_id', 'region', 'category', 'first_seen',
  'last_changed', 'stale_since', 'tags',
] as const;

export function resourceCsv(rows: S['Resource'][]): string[] {
  const lines = rows.map((row) =>
    csvLine(head.map((name) => (name === 'tags' ? JSON.stringify(row.tags) : (row[name] ?? '')))),
  );
  return [csvLine([...head]), ...lines];
}

/** The filtered list as a file: its pages are asked for one after the other. */
export function Export({ place, q, sort, name }: Props) {
  const flash = useFlash();
  const [rows, setRows] = useState<number | null>(null);
  const start = async (form: string) => {
    setRows(0);
    try {
      const found = await walk<S['Resource']>({
        most: rowsMost,
        onPage: setRows,
        page: (cursor) => resourcePage(place, { q, sort, cursor, limit: rowsAtOnce }),
      });
      if (form === 'csv') download(fileName(name, 'csv'), 'text/csv', resourceCsv(found.rows));
      else download(fileName(name, 'json'), 'application/json', [JSON.stringify(found.rows)]);
      flash(
        found.whole
          ? { type: 'success', content: lists.exported(found.rows.length) }
          : { type: 'warning', content: lists.exportCut(found.rows.length) },
      );
    } catch (error) {
      const { title, detail } = shownError(error);
      flash({ type: 'error', header: `${lists.exportFailed}: ${title}`, content: detail });
    }
    setRows(null);
  };
  return (
    <ButtonDropdown
      items={[
        { id: 'csv', text: lists.exportCsv },
        { id: 'json', text: lists.exportJson },
      ]}
      loading={rows !== null}
      {...(rows === null ? {} : { loadingText: lists.exporting(rows) })}
      onItemClick={({ detail }) => void start(detail.id)}
    >
      {lists.export}
    </ButtonDropdown>
  );
}
