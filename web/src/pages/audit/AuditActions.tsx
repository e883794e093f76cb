import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type AuditEntry, auditExportPage, type useVerifyAudit } from '../../api/audit';
import { audit } from '../../strings/audit';
import { lists } from '../../strings/lists';
import { download, fileName } from '../../ui/download';
import { useExport } from '../useExport';
import { auditCsv, auditNdjson } from './auditExport';

interface Props {
  q: string;
  verify: ReturnType<typeof useVerifyAudit>;
}

const rowsAtOnce = 500;

function hand(form: string, rows: AuditEntry[]): void {
  const name = fileName(['audit-log'], form);
  if (form === 'csv') download(name, 'text/csv', auditCsv(rows));
  else download(name, 'application/x-ndjson', auditNdjson(rows));
}

/** Checks the chain, and hands the log out as a file. */
export function AuditActions({ q, verify }: Props) {
  const { rows, start } = useExport<AuditEntry>({
    page: (cursor) => auditExportPage({ q, cursor, limit: rowsAtOnce }),
    hand,
  });
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button
        loading={verify.isPending}
        loadingText={audit.verifying}
        onClick={() => verify.mutate()}
      >
        {audit.verify}
      </Button>
      <ButtonDropdown
        expandToViewport
        items={[
          { id: 'csv', text: audit.exportCsv },
          { id: 'ndjson', text: audit.exportNdjson },
        ]}
        loading={rows !== null}
        {...(rows === null ? {} : { loadingText: lists.exporting(rows) })}
        onItemClick={({ detail }) => void start(detail.id)}
      >
        {lists.export}
      </ButtonDropdown>
    </SpaceBetween>
  );
}
