import type { S } from '../../types';
import { today } from '../../strings/today';
import { AppButton } from '../../ui/AppButton';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { RelativeTime } from '../../ui/RelativeTime';
import { SeverityBadge } from '../../ui/SeverityBadge';

type Item = S['TodayItem'];

function Where({ item }: { item: Item }) {
  return (
    <span className="muted">
      {item.customer && (
        <AppLink href={`/customers/${item.customer.id}`}>
          <Foreign text={item.customer.name} most={60} />
        </AppLink>
      )}
      {item.customer && item.account && ' · '}
      {item.account && (
        <AppLink href={`/accounts/${item.account.id}`}>
          <Foreign text={item.account.name} most={60} />
        </AppLink>
      )}
    </span>
  );
}

/** One thing, its reason, and the one button that leads to where it is settled. */
export function TodayRow({ item }: { item: Item }) {
  const kind = today.kinds[item.kind];
  return (
    <li>
      <div className="today-badge">
        <SeverityBadge severity={item.severity} />
        {kind && <span className="muted small">{kind}</span>}
      </div>
      <div className="grow">
        <Where item={item} />
        <div>
          <strong>
            <Foreign text={item.title} most={200} />
          </strong>
        </div>
        <div className="muted small">
          <Foreign text={item.detail} most={300} />
          {item.since && (
            <>
              {item.detail && ' · '}
              <RelativeTime at={item.since} />
            </>
          )}
        </div>
      </div>
      <AppButton
        href={item.action.href}
        ariaLabel={`${item.action.label}: ${clipped(visible(item.title), 80)}`}
      >
        {item.action.label}
      </AppButton>
    </li>
  );
}
