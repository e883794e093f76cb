import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useAccounts } from '../../api/accounts';
import { settings } from '../../strings/settings';
import type { S } from '../../types';
import { Copied } from '../../ui/Copied';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';

const looked = 20;

/** The principal that the accounts' roles trust: undefined where no account tells, null where there is none. */
function principalOf(accounts: S['CloudAccount'][]): string | null | undefined {
  for (const { auth } of accounts) {
    if (auth && 'patrol_principal' in auth) return auth.patrol_principal;
  }
  return undefined;
}

function Principal({ principal }: { principal: string | null | undefined }) {
  if (principal === undefined) {
    return (
      <Alert type="info" header={settings.scannerUnknown}>
        {settings.scannerUnknownText}
      </Alert>
    );
  }
  if (principal === null) {
    return (
      <Alert type="warning" header={settings.scannerNone}>
        {settings.scannerNoneText}
      </Alert>
    );
  }
  return (
    <KeyValuePairs
      items={[{ label: settings.scannerPrincipal, value: <Copied text={principal} /> }]}
    />
  );
}

export default function ScannerIdentity() {
  const { data, error, refetch } = useAccounts({ q: 'provider=aws', limit: looked });
  return (
    <Container
      header={
        <Header variant="h2" description={settings.scannerText}>
          {settings.scanner}
        </Header>
      }
    >
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Loading />}
      {data && <Principal principal={principalOf(data.items)} />}
    </Container>
  );
}
