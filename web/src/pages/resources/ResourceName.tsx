import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { RelativeTime } from '../../ui/RelativeTime';

/** The name that leads to the resource, its id below where that is another, and what is doubtful about it. */
export function ResourceName({ resource, href }: { resource: S['Resource']; href: string }) {
  const name = resource.name || resource.native_id;
  return (
    <div>
      <AppLink href={href}>
        <Foreign text={name} most={120} />
      </AppLink>
      {name !== resource.native_id && (
        <div className="muted small">
          <Foreign text={resource.native_id} most={90} />
        </div>
      )}
      {resource.stale_since && (
        <div className="small" title={resources.staleText}>
          {resources.stale} <RelativeTime at={resource.stale_since} />
        </div>
      )}
    </div>
  );
}
