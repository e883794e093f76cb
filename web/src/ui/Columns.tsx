import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { ReactNode } from 'react';
import { useNarrow } from './useNarrow';

interface Props {
  /** Absent where there is nothing to show beside the main part. */
  side: ReactNode;
  sideTitle: string;
  children: ReactNode;
}

/** A narrow column beside the page's main part; folded up above it on phones. */
export function Columns({ side, sideTitle, children }: Props) {
  const narrow = useNarrow();
  if (!side) return <>{children}</>;
  if (narrow) {
    return (
      <>
        <ExpandableSection headerText={sideTitle}>{side}</ExpandableSection>
        {children}
      </>
    );
  }
  return (
    <div className="columns">
      <div>{side}</div>
      <div>{children}</div>
    </div>
  );
}
