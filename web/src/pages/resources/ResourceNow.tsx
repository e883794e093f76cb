import Alert from '@cloudscape-design/components/alert';
import KeyValuePairs, {
  type KeyValuePairsProps,
} from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useAccount } from '../../api/accounts';
import { categoryName } from '../../strings/categories';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { Copied } from '../../ui/Copied';
import { DocumentFields } from '../../ui/DocumentFields';
import { ExternalLink } from '../../ui/ExternalLink';
import { Foreign } from '../../ui/Foreign';
import { absolute } from '../../ui/format';
import { RelativeTime } from '../../ui/RelativeTime';
import { Tags } from '../../ui/Tags';
import { TypeName } from '../../ui/TypeName';

function AccountLink({ id }: { id: string }) {
  const { data } = useAccount(id);
  return (
    <AppLink href={`/accounts/${id}`}>
      <Foreign text={data?.value.name ?? id} />
    </AppLink>
  );
}

/** AWS finds the page of a resource by its ARN; only the commercial partition has that address. */
function consoleAddress(arn: string | undefined): string | null {
  if (!arn?.startsWith('arn:aws:')) return null;
  return `https://console.aws.amazon.com/go/view?arn=${encodeURIComponent(arn)}`;
}

function identity(resource: S['Resource']): KeyValuePairsProps.Item[] {
  return [
    { label: resources.type, value: <TypeName type={resource.type} /> },
    { label: resources.nativeId, value: <Copied text={resource.native_id} /> },
    ...(resource.arn ? [{ label: resources.arn, value: <Copied text={resource.arn} /> }] : []),
    { label: resources.account, value: <AccountLink id={resource.account_id} /> },
    { label: resources.region, value: <Foreign text={resource.region} /> },
    { label: resources.category, value: categoryName(resource.category) },
    { label: resources.firstSeen, value: <RelativeTime at={resource.first_seen} /> },
    { label: resources.changed, value: <RelativeTime at={resource.last_changed} /> },
  ];
}

export function ResourceNow({ resource }: { resource: S['Resource'] }) {
  const address = consoleAddress(resource.arn);
  return (
    <SpaceBetween size="m">
      {resource.removed_at && (
        <Alert type="warning" header={`${resources.gone} ${absolute(resource.removed_at)}`}>
          {resources.goneText}
        </Alert>
      )}
      {resource.stale_since && (
        <Alert type="info" header={`${resources.stale} ${absolute(resource.stale_since)}`}>
          {resources.staleText}
        </Alert>
      )}
      <KeyValuePairs columns={2} items={identity(resource)} />
      {address && <ExternalLink href={address}>{resources.openInAws}</ExternalLink>}
      <Tags tags={resource.tags} />
      <DocumentFields document={resource.document} />
    </SpaceBetween>
  );
}
