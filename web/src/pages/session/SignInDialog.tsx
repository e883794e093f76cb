import Box from '@cloudscape-design/components/box';
import Modal from '@cloudscape-design/components/modal';
import { session } from '../../strings/session';
import { SignInForm } from './SignInForm';

/** Over the page that was open when the session ended; it stays until somebody is signed in. */
export default function SignInDialog({ email }: { email: string }) {
  return (
    <Modal visible header={session.endedTitle}>
      <Box margin={{ bottom: 'm' }}>{session.endedText}</Box>
      <SignInForm email={email} onSignedIn={() => undefined} />
    </Modal>
  );
}
