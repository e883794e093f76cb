import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { providerStart, useOidc } from '../../api/session';
import { session } from '../../strings/session';
import { clipped, visible } from '../../ui/foreignText';

const nameChars = 60;

export function useProviderName(): string | undefined {
  const { data } = useOidc();
  return data?.enabled ? clipped(visible(data.name ?? session.provider), nameChars) : undefined;
}

interface Props {
  /** The page that is open has to stay as it is. */
  inNewTab?: boolean;
  onLeave?: () => void;
}

/** The way in through the identity provider; nothing where there is none. */
export function ProviderSignIn({ inNewTab = false, onLeave }: Props) {
  const name = useProviderName();
  if (!name) return null;
  return (
    <SpaceBetween size="xs">
      <div className="either">{session.or}</div>
      <Button
        fullWidth
        href={providerStart}
        {...(inNewTab ? { target: '_blank', iconName: 'external', iconAlign: 'right' } : {})}
        {...(onLeave ? { onClick: onLeave } : {})}
      >
        {session.signInWith(name)}
      </Button>
      {inNewTab && (
        <Box variant="small" color="text-body-secondary">
          {session.inNewTab}
        </Box>
      )}
    </SpaceBetween>
  );
}
