import Link from '@cloudscape-design/components/link';
import type { ReactNode } from 'react';

/** A page of somebody else, in a tab of its own. Only https: the address may come from outside. */
export function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  if (!href.startsWith('https://')) return <span>{children}</span>;
  return (
    <Link href={href} external target="_blank" rel="noopener noreferrer">
      {children}
    </Link>
  );
}
