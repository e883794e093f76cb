import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { ReactNode } from 'react';
import { useNarrow } from './useNarrow';

interface Props {
  /** null where there is nothing to show beside the main part. */
  side: ReactNode;
  sideTitle: string;
  children: ReactNode;
}

/**
 * A narrow column beside the page's main part; folded up above it on phones. The main part keeps its place
 * in the tree whatever stands beside it: a list of a hundred rows is not made twice.
 */
export function Columns({ side, sideTitle, children }: Props) {
  const narrow = useNarrow();
  const folded = side && narrow;
  return (
    <div className={side && !narrow ? 'columns' : undefined}>
      {folded ? (
        <ExpandableSection headerText={sideTitle}>{side}</ExpandableSection>
      ) : (
        <div>{side}</div>
      )}
      <div>{children}</div>
    </div>
  );
}
