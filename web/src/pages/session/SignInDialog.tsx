import Box from '@cloudscape-design/components/box';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSignedInElsewhere } from '../../api/session';
import { session } from '../../strings/session';
import { ProviderSignIn } from './ProviderSignIn';
import { SignInForm } from './SignInForm';

/** Over the page that was open when the session ended; it stays until somebody is signed in. */
export default function SignInDialog({ email }: { email: string }) {
  useSignedInElsewhere();
  return (
    <Modal visible header={session.endedTitle} className="stays-open">
      <Box margin={{ bottom: 'm' }}>{session.endedText}</Box>
      <SpaceBetween size="m">
        <SignInForm email={email} onSignedIn={() => undefined} />
        <ProviderSignIn inNewTab />
      </SpaceBetween>
    </Modal>
  );
}
