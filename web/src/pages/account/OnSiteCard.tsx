import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMay } from '../../api/session';
import { collectors } from '../../strings/collectors';
import { common, roleNeeded } from '../../strings/common';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { OnSiteForm } from '../access/OnSiteForm';
import { useOnSite } from '../access/useOnSite';

/** The collector of an account, and the credential that it uses. */
export function OnSiteCard({ account }: { account: S['CloudAccount'] }) {
  const onSite = useOnSite(account);
  const mayChange = useMay('admin');
  return (
    <Container header={<Header variant="h2">{collectors.onSite}</Header>}>
      <SpaceBetween size="m">
        <OnSiteForm onSite={onSite} />
        <AppButton
          loading={onSite.saving}
          disabled={!onSite.changed}
          refusedBecause={mayChange ? undefined : roleNeeded.admin}
          onClick={() => void onSite.save()}
        >
          {common.save}
        </AppButton>
      </SpaceBetween>
    </Container>
  );
}
