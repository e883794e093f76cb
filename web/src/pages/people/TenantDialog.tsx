import { useState } from 'react';
import { fieldError } from '../../api/problem';
import { useCreateTenant } from '../../api/tenants';
import { people } from '../../strings/people';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { ShownLink } from './ShownLink';

export function TenantDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [ownerName, setOwnerName] = useState('');
  const [tried, setTried] = useState(false);
  const { mutate, data, error, isPending } = useCreateTenant();
  if (data) {
    const { invite_url: url, invite_expires_at: expiresAt, owner } = data;
    const warning = people.inviteLink(owner.email);
    return <ShownLink link={{ url, expiresAt, warning }} onClose={onClose} />;
  }
  const send = () => {
    setTried(true);
    if (!name.trim() || !email.trim()) return;
    const owner = {
      email: email.trim(),
      ...(ownerName.trim() ? { name: ownerName.trim() } : {}),
    };
    mutate({ name: name.trim(), owner });
  };
  return (
    <FormDialog
      title={people.tenantAdd}
      submit={people.tenantAdd}
      pending={isPending}
      error={error?.field ? null : error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={people.tenantName}
        value={name}
        autoFocus
        error={tried && !name.trim() ? people.missingTenantName : fieldError(error, 'name')}
        onText={setName}
      />
      <TextField
        label={people.tenantOwner}
        type="email"
        autoComplete={false}
        value={email}
        error={
          tried && !email.trim()
            ? people.missingEmail
            : fieldError(error, 'owner.email', 'owner', 'email')
        }
        onText={setEmail}
      />
      <TextField
        label={people.tenantOwnerName}
        optional
        autoComplete={false}
        value={ownerName}
        error={fieldError(error, 'owner.name')}
        onText={setOwnerName}
      />
    </FormDialog>
  );
}
