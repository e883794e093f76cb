/** Every call that the scan made, on demand: most who look at a scan do not come for it. */
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { type ScanCall, scanCallsPage, useScanCalls } from '../../api/scans';
import { lists } from '../../strings/lists';
import { calls as text } from '../../strings/scans';
import type { S } from '../../types';
import { download, fileName } from '../../ui/download';
import { EmptyState } from '../../ui/EmptyState';
import { count } from '../../ui/format';
import { ListPage } from '../../ui/ListPage';
import { type ListUrl, useListUrl } from '../../ui/useListUrl';
import { useExport } from '../useExport';
import { callColumns } from './callColumns';
import { callsCsv, callsNdjson } from './callExport';

const rowsAtOnce = 500;
const rowsMost = 100_000;

function ExportCalls({ scan }: { scan: S['Scan'] }) {
  const { rows, start } = useExport<ScanCall>({
    page: (cursor) => scanCallsPage(scan.id, { cursor, limit: rowsAtOnce }),
    hand: (form, found) => {
      const name = fileName(['calls', scan.id], form);
      if (form === 'csv') download(name, 'text/csv', callsCsv(found));
      else download(name, 'application/x-ndjson', callsNdjson(found));
    },
    most: rowsMost,
    cut: text.exportCut,
  });
  return (
    <ButtonDropdown
      expandToViewport
      items={[
        { id: 'csv', text: lists.exportCsv },
        { id: 'ndjson', text: lists.exportNdjson },
      ]}
      loading={rows !== null}
      {...(rows === null ? {} : { loadingText: lists.exporting(rows) })}
      onItemClick={({ detail }) => void start(detail.id)}
    >
      {lists.export}
    </ButtonDropdown>
  );
}

interface Keyed {
  key: string;
  call: ScanCall;
}

const columns = callColumns.map((column) => ({
  ...column,
  cell: ({ call }: Keyed) => column.cell(call),
}));

function CallList({ scan, list }: { scan: string; list: ListUrl }) {
  const { data, ...answer } = useScanCalls(scan, { cursor: list.cursor, limit: list.size });
  // Calls have no name of their own: the same one is often made twice in a millisecond.
  const items = useMemo(
    () => (data?.items ?? []).map((call, index) => ({ key: String(index), call })),
    [data],
  );
  return (
    <ListPage<Keyed>
      title={text.title}
      variant="embedded"
      list={list}
      answer={{ ...answer, data: data && { ...data, items } }}
      fixedOrder
      columns={columns}
      idOf={({ key }) => key}
      empty={<EmptyState title={text.emptyTitle} text={text.emptyText} />}
    />
  );
}

export function Journal({ scan }: { scan: S['Scan'] }) {
  const list = useListUrl();
  const open = list.get('calls') !== '';
  const toggle = () => list.narrow({ calls: open ? null : '1' });
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${count(scan.counts.calls)})`}
          description={text.text}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <ExportCalls scan={scan} />
              <Button ariaExpanded={open} onClick={toggle}>
                {open ? text.hide : text.show}
              </Button>
            </SpaceBetween>
          }
        >
          {text.title}
        </Header>
      }
    >
      {open && <CallList scan={scan.id} list={list} />}
    </Container>
  );
}
