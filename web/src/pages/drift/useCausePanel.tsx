import { useMemo, useRef } from 'react';
import type { ListUrl } from '../../ui/useListUrl';
import type { SidePanel } from '../../ui/usePage';
import { CausePanel } from './CausePanel';

/** The cause that the address names beside the inbox (`g=`). */
export function useCausePanel(list: ListUrl): SidePanel | undefined {
  const key = list.get('g');
  const { q, cursor, size } = list;
  const show = useRef(list.show);
  show.current = list.show;
  return useMemo(() => {
    if (!key) return undefined;
    return {
      content: <CausePanel groupKey={key} query={{ q, cursor, limit: size }} />,
      onClose: () => show.current({ g: null }),
    };
  }, [key, q, cursor, size]);
}
