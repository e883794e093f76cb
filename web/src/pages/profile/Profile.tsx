import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useMe } from '../../api/session';
import { common } from '../../strings/common';
import { people } from '../../strings/people';
import { settings } from '../../strings/settings';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';
import { useTheme } from '../../ui/theme';
import { PasswordCard } from './PasswordCard';
import { SessionsCard } from './SessionsCard';
import { TotpCard } from './TotpCard';

function Person({ me }: { me: S['Me'] }) {
  return (
    <Container header={<Header variant="h2">{settings.profile}</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: settings.name, value: <Foreign text={me.name || common.empty} /> },
          { label: settings.email, value: <Foreign text={me.email} /> },
          { label: settings.role, value: common.roleNames[me.role] },
          {
            label: people.sees,
            value: me.customers ? people.customersOf(me.customers.length) : people.everyCustomer,
          },
          { label: settings.organisation, value: <Foreign text={me.tenant.name} /> },
          ...(me.platform_owner
            ? [{ label: settings.platformOwner, value: settings.platformOwnerText }]
            : []),
        ]}
      />
    </Container>
  );
}

function Display() {
  const theme = useTheme();
  return (
    <Container
      header={
        <Header variant="h2" description={settings.displayText}>
          {settings.display}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <Toggle checked={theme.dark} onChange={theme.toggleDark}>
          {settings.dark}
        </Toggle>
        <Toggle checked={theme.compact} onChange={theme.toggleCompact}>
          {settings.compact}
        </Toggle>
        <Toggle
          checked={theme.shortcuts}
          description={settings.shortcutsText}
          onChange={theme.toggleShortcuts}
        >
          {settings.shortcuts}
        </Toggle>
      </SpaceBetween>
    </Container>
  );
}

/** Settings: the person's own account and how the console looks. */
export default function Profile() {
  const { data: me } = useMe();
  return (
    <SpaceBetween size="m">
      {me && <Person me={me} />}
      <Display />
      <PasswordCard />
      {me && <TotpCard me={me} />}
      <SessionsCard />
    </SpaceBetween>
  );
}
