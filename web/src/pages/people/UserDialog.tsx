import { useState } from 'react';
import { fieldError } from '../../api/problem';
import { useUpdateUser } from '../../api/users';
import { common } from '../../strings/common';
import { people } from '../../strings/people';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { clipped, visible } from '../../ui/foreignText';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { type AccessDraft, AccessFields, customersOf } from './AccessFields';

type User = S['User'];

/** Only what changed: everything but a new name signs the person out. */
export function userPatchOf(user: User, name: string, access: AccessDraft): S['UserPatch'] {
  const before = [...(user.customers ?? [])].sort().join();
  const changed = before !== [...access.customers].sort().join();
  return {
    ...(name.trim() && name.trim() !== user.name ? { name: name.trim() } : {}),
    ...(access.role === user.role ? {} : { role: access.role }),
    ...(changed ? { customers: customersOf(access) } : {}),
  };
}

export function UserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const [name, setName] = useState(user.name);
  const [access, setAccess] = useState<AccessDraft>({
    role: user.role,
    customers: user.customers ?? [],
  });
  const { mutate, error, isPending } = useUpdateUser();
  const flash = useFlash();
  const save = () => {
    const patch = userPatchOf(user, name, access);
    if (Object.keys(patch).length === 0) return onClose();
    return mutate(
      { id: user.id, patch },
      { onSuccess: () => (flash({ type: 'success', content: people.saved }), onClose()) },
    );
  };
  return (
    <FormDialog
      title={people.editTitle(clipped(visible(user.email), 60))}
      submit={common.save}
      pending={isPending}
      error={error?.field ? null : error}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={people.name}
        value={name}
        error={fieldError(error, 'name')}
        onText={setName}
      />
      <AccessFields
        access={access}
        roleError={fieldError(error, 'role')}
        customersError={fieldError(error, 'customers')}
        onChange={(part) => setAccess((before) => ({ ...before, ...part }))}
      />
    </FormDialog>
  );
}
