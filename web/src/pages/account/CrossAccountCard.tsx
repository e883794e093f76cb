import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { TrialReport } from '../../api/live/hooks';
import type { LiveState } from '../../api/live/live';
import { useMay } from '../../api/session';
import { access, roleArn } from '../../strings/access';
import { common, roleNeeded } from '../../strings/common';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { useFlash } from '../../ui/flash';
import { RoleArnField } from '../access/RoleArnField';
import { roleAuth } from '../access/roleAuth';
import { SetupTabs } from '../access/SetupTabs';
import { type RoleArn, useRoleArn } from '../access/useRoleArn';

interface Props {
  account: S['CloudAccount'];
  trial: TrialReport | null;
  live: LiveState;
}

function Copied({ text, label }: { text: string | null | undefined; label: string }) {
  if (!text) return <>{common.empty}</>;
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={common.copyOf(label)}
      copySuccessText={common.copied}
      copyErrorText={common.copyFailed}
    />
  );
}

function SaveRole({ role, onInsist }: { role: RoleArn; onInsist: () => void }) {
  const flash = useFlash();
  const mayChange = useMay('admin');
  const save = async () => {
    onInsist();
    if (await role.save()) {
      flash({ type: 'success', header: roleArn.savedFlash, content: roleArn.savedText });
    }
  };
  if (role.state === 'saved') return <Button disabled>{roleArn.save}</Button>;
  return (
    <AppButton
      loading={role.saving}
      variant={role.state === 'waiting' ? 'normal' : 'primary'}
      refusedBecause={mayChange ? undefined : roleNeeded.admin}
      onClick={() => void save()}
    >
      {roleArn.save}
    </AppButton>
  );
}

/** The role that Patrol assumes: three ways to make it, its ARN, and the facts to compare. */
export function CrossAccountCard({ account, trial, live }: Props) {
  const role = useRoleArn(account, trial, live);
  const [insist, setInsist] = useState(false);
  const auth = roleAuth(account.auth);
  const inUse = Boolean(auth?.role_arn);
  const tabs = <SetupTabs account={account.id} />;
  return (
    <Container
      header={
        <Header variant="h2" description={access.text}>
          {access.title}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {!inUse && tabs}
        <RoleArnField role={role} insist={insist} />
        <SaveRole role={role} onInsist={() => setInsist(true)} />
        <KeyValuePairs
          columns={2}
          items={[
            {
              label: access.externalId,
              value: <Copied text={auth?.external_id} label={access.externalId} />,
            },
            {
              label: access.principal,
              value: <Copied text={auth?.patrol_principal} label={access.principal} />,
            },
          ]}
        />
        {inUse && <ExpandableSection headerText={access.setUpAgain}>{tabs}</ExpandableSection>}
      </SpaceBetween>
    </Container>
  );
}
