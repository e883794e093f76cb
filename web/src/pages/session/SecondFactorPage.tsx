import Button from '@cloudscape-design/components/button';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense, useState } from 'react';
import { useSignOut } from '../../api/session';
import { profile } from '../../strings/profile';
import type { S } from '../../types';
import { BarePage } from './BarePage';

const EnrolTotp = lazy(() =>
  import('../profile/EnrolTotp').then((module) => ({ default: module.EnrolTotp })),
);

interface Props {
  me: S['Me'];
  /** The app is set up, and its recovery codes were seen. */
  onDone: () => void;
}

/** All that is open to a person of whom the organisation asks a second factor, and who has none. */
export default function SecondFactorPage({ me, onDone }: Props) {
  const [enrolling, setEnrolling] = useState(false);
  const { mutate } = useSignOut();
  const close = () => {
    setEnrolling(false);
    if (!me.second_factor_needed) onDone();
  };
  return (
    <BarePage title={profile.neededTitle}>
      <SpaceBetween size="m">
        <Box>{profile.neededText}</Box>
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" onClick={() => setEnrolling(true)}>
            {profile.mfaTitle}
          </Button>
          <Button
            variant="link"
            onClick={() => mutate(undefined, { onSettled: () => location.assign('/login') })}
          >
            {profile.neededOut}
          </Button>
        </SpaceBetween>
      </SpaceBetween>
      {enrolling && (
        <Suspense fallback={null}>
          <EnrolTotp email={me.email} onClose={close} />
        </Suspense>
      )}
    </BarePage>
  );
}
