import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import { common } from '../../strings/common';
import { deployments } from '../../strings/deployments';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { ExternalLink } from '../../ui/ExternalLink';
import { Foreign } from '../../ui/Foreign';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { EndDeployment } from './EndDeployment';

type Deployment = S['Deployment'];

const types: Record<S['DeploymentState'], StatusIndicatorProps.Type> = {
  open: 'in-progress',
  succeeded: 'success',
  failed: 'error',
  cancelled: 'stopped',
};

function State({ state, until }: Deployment) {
  return (
    <>
      <StatusIndicator type={types[state]}>{deployments.states[state]}</StatusIndicator>
      {state === 'open' && until && (
        <div className="muted small">
          {deployments.until} <RelativeTime at={until} />
        </div>
      )}
    </>
  );
}

function scopeOf({ account_ids, regions }: Deployment): string {
  const parts = [
    ...(account_ids.length > 0 ? [deployments.accountsOf(account_ids.length)] : []),
    ...regions,
  ];
  return parts.join(', ') || deployments.everywhere;
}

function Name({ name, commit, url, reason }: Deployment) {
  return (
    <>
      {url ? (
        <ExternalLink href={url}>
          <Foreign text={name} most={100} />
        </ExternalLink>
      ) : (
        <Foreign text={name} most={100} />
      )}
      {commit && (
        <div className="muted small">
          <code>
            <Foreign text={commit} most={12} />
          </code>
        </div>
      )}
      {reason && (
        <div className="muted small">
          <Foreign text={reason} most={160} />
        </div>
      )}
    </>
  );
}

export const deploymentColumns: Column<Deployment>[] = [
  {
    id: 'name',
    header: deployments.name,
    heading: true,
    sort: 'name',
    width: 200,
    cell: (each) => <Name {...each} />,
  },
  { id: 'state', header: deployments.state, sort: 'state', cell: (each) => <State {...each} /> },
  {
    id: 'source',
    header: deployments.source,
    cell: ({ source }) => deployments.sources[source],
  },
  { id: 'scope', header: deployments.scope, cell: (each) => <Foreign text={scopeOf(each)} /> },
  {
    id: 'changes',
    header: deployments.changes,
    cell: ({ id, changes }) =>
      changes === 0 ? (
        common.none
      ) : (
        <AppLink href={`/drift?group=account&q=deployment%3D${id}`}>
          {deployments.changesOf(changes)}
        </AppLink>
      ),
  },
  {
    id: 'started',
    header: deployments.started,
    sort: 'started_at',
    cell: ({ started_at }) => <RelativeTime at={started_at} />,
  },
  {
    id: 'by',
    header: deployments.by,
    wideOnly: true,
    width: 170,
    cell: ({ created_by }) => <Foreign text={created_by} most={60} />,
  },
  {
    id: 'actions',
    header: deployments.actions,
    silent: true,
    width: 100,
    cell: (each) => (each.state === 'open' ? <EndDeployment deployment={each} /> : null),
  },
];
