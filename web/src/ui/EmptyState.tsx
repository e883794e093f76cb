import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** One sentence: why there is nothing. */
  text?: string;
  /** The one thing to do about it. */
  action?: ReactNode;
}

export function EmptyState({ title, text, action }: Props) {
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="strong">{title}</Box>
        {text && <Box color="text-body-secondary">{text}</Box>}
        {action}
      </SpaceBetween>
    </Box>
  );
}
