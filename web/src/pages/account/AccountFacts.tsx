import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { account as text } from '../../strings/account';
import type { S } from '../../types';
import { AccountStatus } from '../../ui/AccountStatus';
import { AppLink } from '../../ui/AppLink';
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
          {
            label: text.drift,
            value: (
              <AppLink href={`/accounts/${account.id}/drift/review`}>
                <SeverityCounts counts={account.open_changes} />
              </AppLink>
            ),
          },
          {
            label: text.resources,
            value: (
              <AppLink href={`/resources?account=${account.id}`}>
                {count(account.resources)}
              </AppLink>
            ),
          },
          { label: text.schedule, value: <AutoScan account={account} /> },
        ]}
      />
    </Container>
  );
}
