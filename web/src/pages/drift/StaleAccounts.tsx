import Alert from '@cloudscape-design/components/alert';
import { useState } from 'react';
import { useAccounts } from '../../api/accounts';
import { drift } from '../../strings/drift';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';

const day = 86_400_000;
const namedMost = 10;

/** An inbox that is empty because nobody looked must say so. */
export function StaleAccounts() {
  const [since] = useState(() => new Date(Date.now() - day).toISOString());
  const { data } = useAccounts({ q: `last_scan_at<${since} and status!=paused`, limit: namedMost });
  if (!data || data.total === 0) return null;
  return (
    <Alert type="warning" header={drift.staleTitle(data.total)}>
      {drift.staleText}{' '}
      {data.items.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <AppLink href={`/accounts/${id}`}>
            <Foreign text={name} most={60} />
          </AppLink>
        </span>
      ))}
      {data.total > data.items.length && ' …'}
    </Alert>
  );
}
