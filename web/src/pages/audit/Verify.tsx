import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import type { useVerifyAudit } from '../../api/audit';
import { audit } from '../../strings/audit';
import type { S } from '../../types';
import { CodeBlock } from '../../ui/CodeBlock';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';

type Report = S['AuditReport'];

function Broken({ report, fault }: { report: Report; fault: S['AuditFault'] }) {
  return (
    <Alert type="error" header={audit.broken(fault.seq)}>
      {audit.brokenReasons[fault.reason]} <Foreign text={fault.detail} most={600} />{' '}
      {audit.held(count(report.entries))}
    </Alert>
  );
}

/** What the check of the whole chain found. */
export function VerifyResult({ verify }: { verify: ReturnType<typeof useVerifyAudit> }) {
  const { data, error, reset } = verify;
  if (error) return <ErrorPanel error={error} what={audit.verify} />;
  if (!data) return null;
  if (data.first_bad) return <Broken report={data} fault={data.first_bad} />;
  return (
    <Alert type="success" dismissible onDismiss={reset} header={audit.holds(count(data.entries))}>
      {data.head && (
        <FormField label={audit.head} stretch>
          <CodeBlock text={data.head} label={audit.head} wrap />
        </FormField>
      )}
    </Alert>
  );
}
