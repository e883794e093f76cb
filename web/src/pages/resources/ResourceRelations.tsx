import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';
import { useResourceRelations } from '../../api/resources';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Foreign } from '../../ui/Foreign';
import { Loading } from '../../ui/Loading';
import { TypeName } from '../../ui/TypeName';
import { changed } from '../../ui/useListUrl';

interface Props {
  title: string;
  none: string;
  relations: S['Relation'][];
}

/** Beside a list a relation opens in the same panel; on its own page it is another page. */
function useResourceAddress() {
  const [search] = useSearchParams();
  return (id: string) =>
    search.has('r') ? `?${changed(search, { r: id }).toString()}` : `/resources/${id}/relations`;
}

function Direction({ title, none, relations }: Props) {
  const addressOf = useResourceAddress();
  return (
    <section aria-label={title}>
      <h3 className="section-title">{title}</h3>
      {relations.length === 0 && <span className="muted">{none}</span>}
      <ul className="relations">
        {relations.map(({ resource, identifier }) => (
          <li key={`${resource.id} ${identifier}`}>
            <AppLink href={addressOf(resource.id)}>
              <Foreign text={resource.name || resource.native_id} most={100} />
            </AppLink>
            <span className="muted small">
              <TypeName type={resource.type} /> · <Foreign text={resource.region} />
            </span>
            <span className="muted small">
              {resources.identifier} <Foreign text={identifier} most={120} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function ResourceRelations({ id }: { id: string }) {
  const { data, error, refetch } = useResourceRelations(id);
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <SpaceBetween size="m">
      <Direction title={resources.outgoing} none={resources.noOutgoing} relations={data.outgoing} />
      <Direction title={resources.incoming} none={resources.noIncoming} relations={data.incoming} />
      {data.more && <span className="muted">{resources.moreRelations}</span>}
    </SpaceBetween>
  );
}
