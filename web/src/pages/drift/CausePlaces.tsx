import { everyAccount, useAccounts } from '../../api/accounts';
import { useChangesById } from '../../api/drift';
import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Foreign } from '../../ui/Foreign';
import { Loading } from '../../ui/Loading';

const listedMost = 100;

/** Every place of a cause, each leading to its review. */
export function CausePlaces({ group }: { group: S['DriftGroup'] }) {
  const ids = group.change_ids.slice(0, listedMost);
  const { data, error, refetch } = useChangesById(ids);
  const accounts = useAccounts(everyAccount);
  const nameOf = (id: string) => accounts.data?.items.find((each) => each.id === id)?.name ?? id;
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <section aria-label={drift.places_}>
      <h3 className="section-title">{drift.places_}</h3>
      <ul className="relations">
        {data.items.map(({ id, account_id: account, change_set_id: set, resource }) => (
          <li key={id}>
            <AppLink href={`/accounts/${account}/drift/review?set=${set}&change=${id}`}>
              <Foreign text={resource.name || resource.native_id} most={100} />
            </AppLink>
            <span className="muted small">
              <Foreign text={nameOf(account)} most={80} /> · <Foreign text={resource.region} />
            </span>
          </li>
        ))}
      </ul>
      {group.changes > ids.length && (
        <p className="muted">{drift.firstShown(ids.length, group.changes)}</p>
      )}
    </section>
  );
}
