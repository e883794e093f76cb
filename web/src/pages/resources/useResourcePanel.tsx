import { useMemo, useRef } from 'react';
import type { Place } from '../../api/resources';
import type { ListUrl } from '../../ui/useListUrl';
import type { SidePanel } from '../../ui/usePage';
import { ResourcePanel } from './ResourcePanel';

/** The resource that the address names beside a list (`r=`), and its tab (`tab=`). */
export function useResourcePanel(list: ListUrl, place: Place): SidePanel | undefined {
  const id = list.get('r');
  const tab = list.get('tab');
  const { snapshot } = place;
  const show = useRef(list.show);
  show.current = list.show;
  return useMemo(() => {
    if (!id) return undefined;
    return {
      content: (
        <ResourcePanel
          id={id}
          tab={tab}
          place={snapshot ? { snapshot } : {}}
          onTab={(next) => show.current({ tab: next })}
        />
      ),
      onClose: () => show.current({ r: null, tab: null }),
    };
  }, [id, tab, snapshot]);
}
