import { useState } from 'react';
import { fieldError } from '../../api/problem';
import { useInvite } from '../../api/users';
import { people } from '../../strings/people';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { type AccessDraft, AccessFields, customersOf } from './AccessFields';
import { ShownLink } from './ShownLink';

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [access, setAccess] = useState<AccessDraft>({ role: 'viewer', customers: [] });
  const [tried, setTried] = useState(false);
  const { mutate, data, error, isPending } = useInvite();
  if (data) {
    const { invite_url: url, invite_expires_at: expiresAt } = data;
    const warning = people.inviteLink(data.email);
    return <ShownLink link={{ url, expiresAt, warning }} onClose={onClose} />;
  }
  const send = () => {
    setTried(true);
    if (!email.trim()) return;
    mutate({
      email: email.trim(),
      ...(name.trim() ? { name: name.trim() } : {}),
      role: access.role,
      customers: customersOf(access),
    });
  };
  return (
    <FormDialog
      title={people.invite}
      submit={people.invite}
      pending={isPending}
      error={error?.field ? null : error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={people.email}
        type="email"
        value={email}
        autoFocus
        autoComplete={false}
        error={tried && !email.trim() ? people.missingEmail : fieldError(error, 'email')}
        onText={setEmail}
      />
      <TextField
        label={people.name}
        optional
        autoComplete={false}
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
