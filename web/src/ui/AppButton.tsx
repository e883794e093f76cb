import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import { useFollow } from './useFollow';

interface Props extends ButtonProps {
  /** Why the person may not press it; undefined where he may. */
  refusedBecause?: string | undefined;
}

/** A button whose address is a page of the console, and which says why it is disabled. */
export function AppButton({ refusedBecause, ...props }: Props) {
  const follow = useFollow();
  if (!refusedBecause) return <Button {...props} onFollow={follow} />;
  return <Button {...props} href={undefined} disabled disabledReason={refusedBecause} />;
}
