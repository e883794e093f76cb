import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useMe } from '../../api/session';
import { common } from '../../strings/common';
import { settings } from '../../strings/settings';
import { Foreign } from '../../ui/Foreign';
import { useTheme } from '../../ui/theme';

function Person() {
  const { data } = useMe();
  if (!data) return null;
  return (
    <Container header={<Header variant="h2">{settings.profile}</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: settings.name, value: <Foreign text={data.name || common.empty} /> },
          { label: settings.email, value: <Foreign text={data.email} /> },
          { label: settings.role, value: common.roleNames[data.role] },
          { label: settings.organisation, value: <Foreign text={data.tenant.name} /> },
          ...(data.platform_owner
            ? [{ label: settings.platformOwner, value: settings.platformOwnerText }]
            : []),
        ]}
      />
    </Container>
  );
}

export function Profile() {
  const theme = useTheme();
  return (
    <SpaceBetween size="m">
      <Person />
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
    </SpaceBetween>
  );
}
