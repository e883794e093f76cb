import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useAccountSetup, useSetupCommand } from '../../api/accounts';
import { useMay } from '../../api/session';
import { access } from '../../strings/access';
import type { S } from '../../types';
import { CodeBlock } from '../../ui/CodeBlock';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { SetupCommandPanel } from './SetupCommandPanel';

function ScriptTab({ setup }: { setup: S['AccountSetup'] }) {
  return (
    <SpaceBetween size="s">
      <span>{access.scriptText}</span>
      <CodeBlock text={setup.aws_cli_script} label={access.scriptLabel} />
    </SpaceBetween>
  );
}

function TrustTab({ setup }: { setup: S['AccountSetup'] }) {
  return (
    <SpaceBetween size="s">
      <span>{access.trustText}</span>
      <CodeBlock text={JSON.stringify(setup.trust_policy, null, 2)} label={access.trustLabel} />
      <div>
        <Box variant="awsui-key-label">{access.policies}</Box>
        <CodeBlock text={setup.managed_policies.join('\n')} label={access.policies} />
      </div>
    </SpaceBetween>
  );
}

/** Three ways to make the role in the customer's account. */
export function SetupTabs({ account }: { account: string }) {
  const mayRead = useMay('admin');
  const { data, error, refetch } = useAccountSetup(account, mayRead);
  const making = useSetupCommand(account);
  if (!mayRead) return <Box color="text-body-secondary">{access.adminsOnly}</Box>;
  if (error) {
    return <ErrorPanel what={access.setupFailed} error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <Loading />;
  return (
    <Tabs
      ariaLabel={access.methods}
      tabs={[
        {
          id: 'cli',
          label: access.cliTab,
          content: <SetupCommandPanel roleName={data.role_name} making={making} />,
        },
        { id: 'script', label: access.scriptTab, content: <ScriptTab setup={data} /> },
        { id: 'trust', label: access.trustTab, content: <TrustTab setup={data} /> },
      ]}
    />
  );
}
