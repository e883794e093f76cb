import { memo } from 'react';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { OpMark } from '../../ui/OpMark';
import { PathDiff, type ShownPath } from '../../ui/PathDiff';
import { wholeResource } from '../../ui/wholeResource';
import { TypeName } from '../../ui/TypeName';

function pathsOf(change: S['Change']): ShownPath[] {
  if (change.paths.length > 0) return change.paths;
  return wholeResource(change.before, change.after);
}

/** One resource that differs; what came or went shows all of its document. */
export const ComparedChange = memo(function ComparedChange({ change }: { change: S['Change'] }) {
  const { resource, op } = change;
  const name = resource.name || resource.native_id;
  return (
    <section className="change" aria-label={name.slice(0, 80)}>
      <header>
        <OpMark op={op} />
        <div className="grow">
          <AppLink href={`/resources/${resource.id}/history`}>
            <Foreign text={name} most={120} />
          </AppLink>
          <div className="muted small">
            <TypeName type={resource.type} /> · <Foreign text={resource.region} />
          </div>
        </div>
      </header>
      <PathDiff label={name.slice(0, 80)} paths={pathsOf(change)} />
    </section>
  );
});
