import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useNavigate, useParams } from 'react-router';
import { useMay } from '../../api/session';
import { settings } from '../../strings/settings';
import { usePage } from '../../ui/usePage';
import { Notifications } from '../notifications/Notifications';
import { Profile } from './Profile';
import { ScannerIdentity } from './ScannerIdentity';
import { TokensSection } from './TokensSection';

/** What a person may not see is not there. */
function useSections() {
  const isAdmin = useMay('admin');
  return [
    { id: 'profile', label: settings.profile, content: <Profile /> },
    ...(isAdmin
      ? [
          { id: 'tokens', label: settings.tokens, content: <TokensSection /> },
          { id: 'notifications', label: settings.notifications, content: <Notifications /> },
        ]
      : []),
    { id: 'scanner', label: settings.scanner, content: <ScannerIdentity /> },
  ];
}

export function Component() {
  const { section = 'profile' } = useParams();
  const navigate = useNavigate();
  const sections = useSections();
  const chosen = sections.find(({ id }) => id === section) ?? sections[0];
  usePage([
    { text: settings.title, href: '/settings' },
    { text: chosen?.label ?? '', href: `/settings/${section}` },
  ]);
  return (
    <SpaceBetween size="s">
      <Header variant="h1">{settings.title}</Header>
      <Tabs
        ariaLabel={settings.title}
        activeTabId={chosen?.id ?? 'profile'}
        tabs={sections}
        onChange={({ detail }) => void navigate(`/settings/${detail.activeTabId}`)}
      />
    </SpaceBetween>
  );
}
