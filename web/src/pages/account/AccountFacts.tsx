import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { account as text } from '../../strings/account';
import type { S } from '../../types';
import { AccountStatus } from '../../ui/AccountStatus';
import { count } from '../../ui/format';
import { SeverityCounts } from '../../ui/SeverityCounts';
import { AutoScan } from './AutoScan';

interface Props {
  account: S['CloudAccount'];
  scanning: boolean;
}

export function AccountFacts({ account, scanning }: Props) {
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: text.status,
            value: (
              <AccountStatus
                status={account.status}
                reason={account.status_reason}
                scanning={scanning}
              />
            ),
          },
          { label: text.drift, value: <SeverityCounts counts={account.open_changes} /> },
          { label: text.resources, value: count(account.resources) },
          { label: text.schedule, value: <AutoScan account={account} /> },
        ]}
      />
    </Container>
  );
}
