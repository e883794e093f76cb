import { useCallback } from 'react';
import { useNavigate } from 'react-router';

interface FollowEvent {
  preventDefault(): void;
  detail: { href?: string; external?: boolean };
}

/** For `onFollow` of links, buttons and menus: in-app addresses change the page without loading it. */
export function useFollow() {
  const navigate = useNavigate();
  return useCallback(
    (event: FollowEvent) => {
      const { href, external } = event.detail;
      if (!href?.startsWith('/') || external) return;
      event.preventDefault();
      void navigate(href);
    },
    [navigate],
  );
}
