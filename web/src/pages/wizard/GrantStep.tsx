import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { wizard } from '../../strings/wizard';
import type { S } from '../../types';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { AccessKeysForm } from '../access/AccessKeysForm';
import { RoleArnField } from '../access/RoleArnField';
import { isScannable } from '../access/roleAuth';
import { SetupTabs } from '../access/SetupTabs';
import { defaultMode } from './draft';
import type { AuthKind, Grant } from './useGrant';

interface Props {
  account: S['CloudAccount'];
  grant: Grant;
}

const authKinds = [
  { value: 'role', label: wizard.role, description: wizard.roleText },
  { value: 'access_keys', label: wizard.keys, description: wizard.keysText },
];

function modes(provider: S['Provider']) {
  const recommended = defaultMode(provider) === 'pull' && provider !== 'custom';
  return [
    {
      value: 'pull',
      label: recommended ? wizard.pullRecommended : wizard.pull,
      description: wizard.pullText,
    },
    { value: 'collector', label: wizard.collector, description: wizard.collectorText },
  ];
}

function HowToConnect({ account, grant }: Props) {
  return (
    <Container header={<Header variant="h2">{wizard.how}</Header>}>
      <SpaceBetween size="m">
        {grant.error && <ErrorPanel error={grant.error} />}
        <FormField label={wizard.mode}>
          <RadioGroup
            value={account.mode}
            items={modes(account.provider)}
            onChange={({ detail }) => grant.setMode(detail.value as S['Mode'])}
          />
        </FormField>
        {isScannable(account) && (
          <FormField label={wizard.signIn}>
            <RadioGroup
              value={grant.kind}
              items={authKinds}
              onChange={({ detail }) => grant.choose(detail.value as AuthKind)}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  );
}

function RoleAccess({ account, grant }: Props) {
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" description={wizard.createRoleText}>
            {wizard.createRole}
          </Header>
        }
      >
        <SetupTabs account={account.id} />
      </Container>
      <Container header={<Header variant="h2">{wizard.roleArn}</Header>}>
        <RoleArnField role={grant.role} insist={grant.insist} />
      </Container>
    </SpaceBetween>
  );
}

export function GrantStep({ account, grant }: Props) {
  const scannable = isScannable(account);
  return (
    <SpaceBetween size="l">
      <HowToConnect account={account} grant={grant} />
      {!scannable && (
        <Alert type="info" header={wizard.pendingTitle}>
          {account.mode === 'collector' ? wizard.pendingCollector : wizard.pendingProvider}
        </Alert>
      )}
      {scannable && grant.kind === 'role' && <RoleAccess account={account} grant={grant} />}
      {scannable && grant.kind === 'access_keys' && (
        <Container header={<Header variant="h2">{wizard.keyReferences}</Header>}>
          <AccessKeysForm keys={grant.keys} accountName={account.name} />
        </Container>
      )}
    </SpaceBetween>
  );
}
