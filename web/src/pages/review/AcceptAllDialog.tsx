import type { Change } from '../../api/drift';
import { review } from '../../strings/review';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Foreign } from '../../ui/Foreign';
import { SeverityBadge } from '../../ui/SeverityBadge';
import { headlines } from './headlines';
import { headlineOf } from './reviewOrder';
import { nameOf } from './useDecide';

interface Props {
  count: number;
  /** All open changes that are known so far. */
  changes: Change[];
  complete: boolean;
  pending: boolean;
  onAccept: () => void;
  onClose: () => void;
}

const isGrave = ({ severity, state }: Change) =>
  state === 'open' && (severity === 'critical' || severity === 'high');

/** Nobody accepts something critical without having read its name. */
export function AcceptAllDialog({ count, changes, complete, pending, onAccept, onClose }: Props) {
  const grave = changes.filter(isGrave);
  return (
    <ConfirmDialog
      title={review.acceptTitle(count)}
      confirm={review.acceptAll(count)}
      pending={pending}
      onConfirm={onAccept}
      onClose={onClose}
    >
      <p>{review.acceptText}</p>
      {!complete && <p>{review.acceptLoading}</p>}
      {grave.length > 0 && (
        <>
          <strong>{review.acceptWorst(grave.length)}</strong>
          <ul className="grave scroll" tabIndex={0}>
            {grave.map((change) => (
              <li key={change.id}>
                <SeverityBadge severity={change.severity} />{' '}
                <Foreign text={headlineOf(change, headlines)} /> — <Foreign text={nameOf(change)} />
              </li>
            ))}
          </ul>
        </>
      )}
    </ConfirmDialog>
  );
}
