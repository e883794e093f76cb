import SideNavigation, {
  type SideNavigationProps,
} from '@cloudscape-design/components/side-navigation';
import { useLocation } from 'react-router';
import { useFollow } from '../../ui/useFollow';
import { type NavigationPage, useNavigationGroups } from './navigation';

function itemsOf(groups: NavigationPage[][]): SideNavigationProps.Item[] {
  return groups.flatMap((group, index) => [
    ...(index > 0 ? [{ type: 'divider' as const }] : []),
    ...group.map(({ text, href }) => ({ type: 'link' as const, text, href })),
  ]);
}

export function Navigation({ organisation }: { organisation: string }) {
  const follow = useFollow();
  const { pathname } = useLocation();
  const groups = useNavigationGroups();
  return (
    <SideNavigation
      header={{ text: organisation, href: '/' }}
      activeHref={`/${pathname.split('/')[1] ?? ''}`}
      items={itemsOf(groups)}
      onFollow={follow}
    />
  );
}
