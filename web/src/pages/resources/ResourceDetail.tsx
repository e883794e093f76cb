/** Everything about one resource: as it is now, its past, its relations, its document. */
import Tabs from '@cloudscape-design/components/tabs';
import { type Place, useResource } from '../../api/resources';
import { resources } from '../../strings/resources';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { ResourceHistory } from './ResourceHistory';
import { ResourceJson } from './ResourceJson';
import { ResourceNow } from './ResourceNow';
import { ResourceRelations } from './ResourceRelations';

interface Props {
  id: string;
  tab: string;
  place: Place;
  onTab: (tab: string) => void;
}

export const resourceTabs = ['now', 'history', 'relations', 'json'];

export function ResourceDetail({ id, tab, place, onTab }: Props) {
  const { data, error, refetch } = useResource(id, place);
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Tabs
      activeTabId={resourceTabs.includes(tab) ? tab : 'now'}
      onChange={({ detail }) => onTab(detail.activeTabId)}
      ariaLabel={resources.one}
      tabs={[
        { id: 'now', label: resources.tabNow, content: <ResourceNow resource={data} /> },
        { id: 'history', label: resources.tabHistory, content: <ResourceHistory id={id} /> },
        { id: 'relations', label: resources.tabRelations, content: <ResourceRelations id={id} /> },
        { id: 'json', label: resources.tabJson, content: <ResourceJson resource={data} /> },
      ]}
    />
  );
}
