import { useResourceHistory } from '../../api/resources';
import { resources } from '../../strings/resources';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { absolute } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { PathDiff } from '../../ui/PathDiff';
import { historyEntries, type HistoryEntry } from './historyEntries';

function whatHappened({ kind, paths }: HistoryEntry): string {
  if (kind === 'gone') return resources.versionGone;
  if (kind === 'first') return resources.versionFirst;
  if (kind === 'back') return resources.versionBack;
  return resources.versionChanged(paths.length);
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const when = entry.at ? absolute(entry.at) : '';
  const what = whatHappened(entry);
  return (
    <li>
      <div className="version-head">
        <time dateTime={entry.at ?? undefined}>{when}</time>
        <strong>{what}</strong>
      </div>
      {entry.paths.length > 0 && <PathDiff label={`${what}, ${when}`} paths={entry.paths} />}
    </li>
  );
}

/** What happened to it, newest first. */
export function ResourceHistory({ id }: { id: string }) {
  const { data, error, refetch } = useResourceHistory(id);
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <ol className="versions" aria-label={resources.versions}>
      {historyEntries(data.items).map((entry) => (
        <Entry key={entry.key} entry={entry} />
      ))}
    </ol>
  );
}
