import Alert from '@cloudscape-design/components/alert';
import { profile } from '../../strings/profile';
import { session } from '../../strings/session';
import { AppLink } from '../../ui/AppLink';

/** An address without its secret part: copied by half, or opened a second time. */
export function NoToken() {
  return (
    <Alert type="info" header={profile.noToken}>
      {profile.noTokenText} <AppLink href="/login">{session.toSignIn}</AppLink>
    </Alert>
  );
}
