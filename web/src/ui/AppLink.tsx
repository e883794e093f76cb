import Link, { type LinkProps } from '@cloudscape-design/components/link';
import { useFollow } from './useFollow';

/** A link to another page of the console. */
export function AppLink(props: LinkProps) {
  return <Link {...props} onFollow={useFollow()} />;
}
