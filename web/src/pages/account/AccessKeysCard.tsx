import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMay } from '../../api/session';
import { access } from '../../strings/access';
import { common, roleNeeded } from '../../strings/common';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { AccessKeysForm } from '../access/AccessKeysForm';
import { useAccessKeys } from '../access/useAccessKeys';

/** The references of an account that is read with keys. */
export function AccessKeysCard({ account }: { account: S['CloudAccount'] }) {
  const keys = useAccessKeys(account);
  const mayChange = useMay('admin');
  return (
    <Container header={<Header variant="h2">{access.accessKeys}</Header>}>
      <SpaceBetween size="m">
        <AccessKeysForm keys={keys} accountName={account.name} />
        <AppButton
          loading={keys.saving}
          disabled={!keys.changed}
          refusedBecause={mayChange ? undefined : roleNeeded.admin}
          onClick={() => void keys.save()}
        >
          {common.save}
        </AppButton>
      </SpaceBetween>
    </Container>
  );
}
