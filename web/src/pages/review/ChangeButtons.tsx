import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Change } from '../../api/drift';
import { useMe } from '../../api/session';
import { review } from '../../strings/review';
import { AppButton } from '../../ui/AppButton';
import { useFollow } from '../../ui/useFollow';
import { nameOf } from './useDecide';

export interface ChangeDeeds {
  refusedBecause: string | undefined;
  onAccept: (change: Change) => void;
  onReject: (change: Change) => void;
  onSnooze: (change: Change, days: number) => void;
  onAssign: (change: Change, who: string) => void;
  onNote: (change: Change) => void;
  onReopen: (change: Change) => void;
  onAcceptPaths: (change: Change, paths: string[]) => void;
  onIgnore: (change: Change, path: string) => void;
}

const snoozes = [1, 7, 30];

function menuItems(change: Change, mine: boolean, disabled: boolean) {
  return [
    ...snoozes.map((days) => ({
      id: `snooze-${days}`,
      text: `${review.snooze} ${review.snoozeDays(days)}`,
      disabled,
    })),
    { id: 'assign', text: mine ? review.unassign : review.assignMe, disabled },
    { id: 'note', text: review.note, disabled },
    { id: 'resource', text: review.openResource, href: `/resources/${change.resource.id}` },
    { id: 'history', text: review.history, href: `/resources/${change.resource.id}/history` },
  ];
}

export function ChangeButtons({ change, deeds }: { change: Change; deeds: ChangeDeeds }) {
  const { data: me } = useMe();
  const follow = useFollow();
  const name = nameOf(change);
  const who = me?.name || me?.email || '';
  const mine = who !== '' && change.assignee === who;
  const chosen = (id: string) => {
    if (id.startsWith('snooze-')) deeds.onSnooze(change, Number(id.slice('snooze-'.length)));
    if (id === 'assign') deeds.onAssign(change, mine ? '' : who);
    if (id === 'note') deeds.onNote(change);
  };
  const { refusedBecause } = deeds;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <AppButton
        ariaLabel={review.rejectOf(name)}
        refusedBecause={refusedBecause}
        onClick={() => deeds.onReject(change)}
      >
        {review.reject}
      </AppButton>
      <AppButton
        ariaLabel={review.acceptOf(name)}
        refusedBecause={refusedBecause}
        onClick={() => deeds.onAccept(change)}
      >
        {review.accept}
      </AppButton>
      <ButtonDropdown
        variant="icon"
        expandToViewport
        ariaLabel={review.moreOf(name)}
        items={menuItems(change, mine, refusedBecause !== undefined)}
        onItemFollow={follow}
        onItemClick={({ detail }) => chosen(detail.id)}
      />
    </SpaceBetween>
  );
}
