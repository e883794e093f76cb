import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useMe } from '../../api/session';
import { people } from '../../strings/people';
import type { S } from '../../types';
import { clipped, visible } from '../../ui/foreignText';
import { DeleteUser, RemoveTotp } from './ConfirmUser';
import { isAbove } from './roles';
import { ShownLink } from './ShownLink';
import { UserDialog } from './UserDialog';
import { useUserDeeds } from './useUserDeeds';

type User = S['User'];

function itemsOf(user: User, own: boolean) {
  const invited = user.state === 'invited';
  return [
    { id: 'edit', text: people.edit },
    ...(invited ? [{ id: 'invite', text: people.inviteAgain }] : []),
    ...(invited || own ? [] : [{ id: 'reset', text: people.reset }]),
    ...(user.mfa && !own ? [{ id: 'totp', text: people.removeMfa }] : []),
    ...(invited || own ? [] : [{ id: 'sessions', text: people.signOut }]),
    ...(own ? [] : [{ id: 'turn', text: user.disabled ? people.enable : people.disable }]),
    ...(own ? [] : [{ id: 'delete', text: people.remove }]),
  ];
}

export function UserActions({ user }: { user: User }) {
  const me = useMe().data;
  const [dialog, setDialog] = useState<'edit' | 'totp' | 'delete' | null>(null);
  const { deeds, pending, link, closeLink } = useUserDeeds(user);
  const refused = me && isAbove(user.role, me.role) ? people.aboveYou : undefined;
  const close = () => setDialog(null);
  const chosen = (id: string) => {
    if (id === 'edit' || id === 'totp' || id === 'delete') setDialog(id);
    else deeds[id]?.();
  };
  return (
    <>
      <ButtonDropdown
        variant="icon"
        expandToViewport
        loading={pending}
        disabled={refused !== undefined}
        disabledReason={refused}
        ariaLabel={people.actionsOf(clipped(visible(user.email), 60))}
        items={itemsOf(user, me?.id === user.id)}
        onItemClick={({ detail }) => chosen(detail.id)}
      />
      {dialog === 'edit' && <UserDialog user={user} onClose={close} />}
      {dialog === 'totp' && <RemoveTotp user={user} onClose={close} />}
      {dialog === 'delete' && <DeleteUser user={user} onClose={close} />}
      {link && <ShownLink link={link} onClose={closeLink} />}
    </>
  );
}
