import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { type Place, resourcePage } from '../../api/resources';
import { lists } from '../../strings/lists';
import type { S } from '../../types';
import { csvLine } from '../../ui/csv';
import { download, fileName } from '../../ui/download';
import { useExport } from '../useExport';

interface Props {
  place: Place;
  q: string;
  sort: string;
  name: string[];
}

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

/** The filtered list as a file. */
export function Export({ place, q, sort, name }: Props) {
  const { rows, start } = useExport<S['Resource']>({
    page: (cursor) => resourcePage(place, { q, sort, cursor, limit: rowsAtOnce }),
    hand: (form, found) => {
      if (form === 'csv') download(fileName(name, 'csv'), 'text/csv', resourceCsv(found));
      else download(fileName(name, 'json'), 'application/json', [JSON.stringify(found)]);
    },
  });
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
