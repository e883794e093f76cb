import SideNavigation, {
  type SideNavigationProps,
} from '@cloudscape-design/components/side-navigation';
import { useLocation } from 'react-router';
import { useFollow } from '../../ui/useFollow';
import { navigationGroups } from './navigation';

function items(): SideNavigationProps.Item[] {
  const groups = navigationGroups.filter((group) => group.length > 0);
  return groups.flatMap((group, index) => [
    ...(index > 0 ? [{ type: 'divider' as const }] : []),
    ...group.map(({ text, href }) => ({ type: 'link' as const, text, href })),
  ]);
}

export function Navigation({ organisation }: { organisation: string }) {
  const follow = useFollow();
  const { pathname } = useLocation();
  return (
    <SideNavigation
      header={{ text: organisation, href: '/' }}
      activeHref={`/${pathname.split('/')[1] ?? ''}`}
      items={items()}
      onFollow={follow}
    />
  );
}
