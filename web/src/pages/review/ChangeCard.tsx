import { memo } from 'react';
import type { Change } from '../../api/drift';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { OpMark } from '../../ui/OpMark';
import { SeverityBadge } from '../../ui/SeverityBadge';
import { TypeName } from '../../ui/TypeName';
import { ChangeButtons, type ChangeDeeds } from './ChangeButtons';
import { ChangeFacts } from './ChangeFacts';
import { ChangePaths } from './ChangePaths';
import { ChangeState } from './ChangeState';
import { WholeResource } from './WholeResource';
import { headlines } from './headlines';
import { headlineOf } from './reviewOrder';
import { nameOf } from './useDecide';

interface Props {
  change: Change;
  current: boolean;
  deeds: ChangeDeeds;
}

export const cardId = (change: string) => `change-${change}`;

/** One change: what, who, before and after, and the decision. */
export const ChangeCard = memo(function ChangeCard({ change, current, deeds }: Props) {
  const { resource } = change;
  const headline = headlineOf(change, headlines);
  const name = nameOf(change);
  const isOpen = change.state === 'open';
  return (
    <section
      id={cardId(change.id)}
      className={current ? 'change current' : 'change'}
      aria-label={`${headline}: ${name}`}
      aria-current={current ? 'true' : undefined}
    >
      <header>
        <SeverityBadge severity={change.severity} />
        <div className="grow">
          <h2>
            <OpMark op={change.op} /> <Foreign text={headline} />
          </h2>
          <div className="muted small">
            <AppLink href={`/resources/${resource.id}`}>
              <Foreign text={name} />
            </AppLink>
            {' · '}
            <TypeName type={resource.type} /> · <Foreign text={resource.region} />
          </div>
        </div>
        {isOpen ? (
          <ChangeButtons change={change} deeds={deeds} />
        ) : (
          <ChangeState
            change={change}
            name={name}
            onReopen={deeds.refusedBecause ? undefined : () => deeds.onReopen(change)}
          />
        )}
      </header>
      <ChangeFacts change={change} />
      {(isOpen || current) &&
        (change.paths.length > 0 ? (
          <ChangePaths change={change} deeds={deeds} />
        ) : (
          <WholeResource change={change} current={current} />
        ))}
    </section>
  );
});
