import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { type ComponentType, lazy, Suspense } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useMay, useMe } from '../../api/session';
import { people } from '../../strings/people';
import { settings } from '../../strings/settings';
import { Loading } from '../../ui/Loading';
import { usePage } from '../../ui/usePage';

interface Section {
  id: string;
  label: string;
  Content: ComponentType;
}

const everybody: Section[] = [
  { id: 'profile', label: settings.profile, Content: lazy(() => import('../profile/Profile')) },
];
const administrators: Section[] = [
  { id: 'users', label: people.users, Content: lazy(() => import('../people/UsersSection')) },
  { id: 'tokens', label: settings.tokens, Content: lazy(() => import('./TokensSection')) },
  {
    id: 'notifications',
    label: settings.notifications,
    Content: lazy(() => import('../notifications/Notifications')),
  },
];
const scanner: Section[] = [
  { id: 'scanner', label: settings.scanner, Content: lazy(() => import('./ScannerIdentity')) },
];
const platform: Section[] = [
  { id: 'tenants', label: people.tenants, Content: lazy(() => import('../people/TenantsSection')) },
];

/** What a person may not see is not there. */
function useSections(): Section[] {
  const isAdmin = useMay('admin');
  const isPlatformOwner = useMe().data?.platform_owner === true;
  return [
    ...everybody,
    ...(isAdmin ? administrators : []),
    ...scanner,
    ...(isPlatformOwner ? platform : []),
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
        tabs={sections.map(({ id, label, Content }) => ({
          id,
          label,
          content: id === chosen?.id && (
            <Suspense fallback={<Loading />}>
              <Content />
            </Suspense>
          ),
        }))}
        onChange={({ detail }) => void navigate(`/settings/${detail.activeTabId}`)}
      />
    </SpaceBetween>
  );
}
