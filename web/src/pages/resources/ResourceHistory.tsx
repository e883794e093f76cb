import { useResourceHistory } from '../../api/resources';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { absolute } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { PathDiff } from '../../ui/PathDiff';

function whatHappened(version: S['Version'], isFirst: boolean): string {
  if (!version.live) return resources.versionGone;
  if (version.paths.length > 0) return resources.versionChanged(version.paths.length);
  return isFirst ? resources.versionFirst : resources.versionBack;
}

function Entry({ version, isFirst }: { version: S['Version']; isFirst: boolean }) {
  const when = version.from ? absolute(version.from) : '';
  const what = whatHappened(version, isFirst);
  return (
    <li>
      <div className="version-head">
        <time dateTime={version.from ?? undefined}>{when}</time>
        <strong>{what}</strong>
      </div>
      {version.live && version.paths.length > 0 && (
        <PathDiff label={`${what}, ${when}`} paths={version.paths} />
      )}
    </li>
  );
}

/** Its versions, newest first. */
export function ResourceHistory({ id }: { id: string }) {
  const { data, error, refetch } = useResourceHistory(id);
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <ol className="versions" aria-label={resources.versions}>
      {data.items.map((version, index) => (
        <Entry
          key={`${version.first_seq}-${version.hash}`}
          version={version}
          isFirst={index === data.items.length - 1}
        />
      ))}
    </ol>
  );
}
