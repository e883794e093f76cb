import SplitPanel from '@cloudscape-design/components/split-panel';
import { type Place, useResource } from '../../api/resources';
import { resources } from '../../strings/resources';
import { AppLink } from '../../ui/AppLink';
import { clipped, visible } from '../../ui/foreignText';
import { ResourceDetail } from './ResourceDetail';

interface Props {
  id: string;
  tab: string;
  place: Place;
  onTab: (tab: string) => void;
}

const nameChars = 70;

export function ResourcePanel({ id, tab, place, onTab }: Props) {
  const { data } = useResource(id, place);
  const name = data ? clipped(visible(data.name || data.native_id), nameChars) : resources.one;
  return (
    <SplitPanel
      header={name}
      closeBehavior="hide"
      headerActions={<AppLink href={`/resources/${id}`}>{resources.openPage}</AppLink>}
    >
      <ResourceDetail key={id} id={id} tab={tab} place={place} onTab={onTab} />
    </SplitPanel>
  );
}
