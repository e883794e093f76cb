import { useState } from 'react';
import { useNavigate } from 'react-router';
import { fieldError } from '../../api/problem';
import { useAcceptInvitation } from '../../api/session';
import { profile } from '../../strings/profile';
import { session } from '../../strings/session';
import { TextField } from '../../ui/TextField';
import { BarePage } from './BarePage';
import { ChoosePassword } from './ChoosePassword';
import { NoToken } from './NoToken';
import { takeToken } from './takeToken';

/** Where an invitation leads: the first password, and in. */
export function Component() {
  const [token] = useState(takeToken);
  const [name, setName] = useState('');
  const navigate = useNavigate();
  const { mutate, error, isPending } = useAcceptInvitation();
  const accept = (password: string) =>
    mutate(
      { token, password, ...(name.trim() ? { name: name.trim() } : {}) },
      { onSuccess: () => void navigate('/', { replace: true }) },
    );
  return (
    <BarePage title={profile.inviteTitle} {...(token ? { description: profile.inviteText } : {})}>
      {token ? (
        <ChoosePassword
          submit={profile.accept}
          pending={isPending}
          error={error}
          onPassword={accept}
        >
          <TextField
            label={session.yourName}
            optional
            autoComplete="name"
            value={name}
            error={fieldError(error, 'name')}
            onText={setName}
          />
        </ChoosePassword>
      ) : (
        <NoToken />
      )}
    </BarePage>
  );
}
