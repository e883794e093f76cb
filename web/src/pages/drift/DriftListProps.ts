import type { ReactNode } from 'react';
import type { ListUrl } from '../../ui/useListUrl';

/** What both lists of the inbox get from its page. */
export interface DriftListProps {
  list: ListUrl;
  grouping: ReactNode;
  /** Live updates do not arrive. */
  paused: boolean;
}
