import { useDeleteUser, useRemoveUserTotp } from '../../api/users';
import { people } from '../../strings/people';
import type { S } from '../../types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';

interface Props {
  user: S['User'];
  onClose: () => void;
}

const shown = ({ email }: S['User']) => clipped(visible(email), 60);

export function DeleteUser({ user, onClose }: Props) {
  const { mutate, error, isPending } = useDeleteUser();
  const flash = useFlash();
  const done = () => {
    flash({ type: 'success', content: people.removed(shown(user)) });
    onClose();
  };
  return (
    <ConfirmDialog
      title={people.removeTitle}
      confirm={people.remove}
      pending={isPending}
      error={error}
      onClose={onClose}
      onConfirm={() => mutate(user.id, { onSuccess: done })}
    >
      <Foreign text={people.removeText(user.email)} most={500} />
    </ConfirmDialog>
  );
}

export function RemoveTotp({ user, onClose }: Props) {
  const { mutate, error, isPending } = useRemoveUserTotp();
  const flash = useFlash();
  const done = () => {
    flash({ type: 'success', content: people.mfaRemoved(shown(user)) });
    onClose();
  };
  return (
    <ConfirmDialog
      title={people.removeMfa}
      confirm={people.removeMfa}
      pending={isPending}
      error={error}
      onClose={onClose}
      onConfirm={() => mutate(user.id, { onSuccess: done })}
    >
      <Foreign text={people.removeMfaText(user.email)} most={600} />
    </ConfirmDialog>
  );
}
