import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { collectors } from '../../strings/collectors';
import { wizard } from '../../strings/wizard';
import type { S } from '../../types';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { AccessKeysForm } from '../access/AccessKeysForm';
import { OnSiteForm } from '../access/OnSiteForm';
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
            value={grant.mode}
            items={modes(account.provider)}
            onChange={({ detail }) => grant.chooseMode(detail.value as S['Mode'])}
          />
        </FormField>
        {isScannable(account) && grant.mode === 'pull' && (
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

function Access({ account, grant }: Props) {
  if (!isScannable(account))
    return (
      <Alert type="info" header={wizard.pendingTitle}>
        {account.mode === 'collector' ? wizard.pendingCollector : wizard.pendingProvider}
      </Alert>
    );
  if (grant.mode === 'collector')
    return (
      <Container header={<Header variant="h2">{collectors.onSite}</Header>}>
        <OnSiteForm onSite={grant.onSite} />
      </Container>
    );
  // The setup of a role needs an account that is read from here.
  if (account.mode !== 'pull') return null;
  if (grant.kind === 'role') return <RoleAccess account={account} grant={grant} />;
  return (
    <Container header={<Header variant="h2">{wizard.keyReferences}</Header>}>
      <AccessKeysForm keys={grant.keys} accountName={account.name} />
    </Container>
  );
}

export function GrantStep(props: Props) {
  return (
    <SpaceBetween size="l">
      <HowToConnect {...props} />
      <Access {...props} />
    </SpaceBetween>
  );
}
