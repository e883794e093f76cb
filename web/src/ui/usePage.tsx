/** What a page tells the frame around it: where it is (breadcrumbs, title) and how wide it wants to be. */
import type { AppLayoutProps } from '@cloudscape-design/components/app-layout';
import { createContext, type ReactNode, useContext, useLayoutEffect } from 'react';
import { common } from '../strings/common';
import { clipped, visible } from './foreignText';

export interface Crumb {
  text: string;
  href: string;
}

/** What is open beside the page. The page keeps it between renders, or the frame renders with every one. */
export interface SidePanel {
  content: ReactNode;
  onClose: () => void;
}

export interface PageFrame {
  crumbs: Crumb[];
  contentType: AppLayoutProps.ContentType;
  panel: SidePanel | undefined;
}

export const emptyFrame: PageFrame = { crumbs: [], contentType: 'default', panel: undefined };

export const FrameContext = createContext<(frame: PageFrame) => void>(() => undefined);

const crumbChars = 60;

export function usePage(
  crumbs: Crumb[],
  contentType: AppLayoutProps.ContentType = 'default',
  panel?: SidePanel,
): void {
  const setFrame = useContext(FrameContext);
  const shown = crumbs.map(({ text, href }) => ({
    href,
    text: clipped(visible(text), crumbChars),
  }));
  const key = JSON.stringify(shown);
  // Before the page is painted: its width depends on it.
  useLayoutEffect(() => {
    setFrame({ crumbs: shown, contentType, panel });
    const names = shown.map(({ text }) => text).reverse();
    document.title = [...names, common.product].join(' · ');
    // The crumbs are compared by what they say.
  }, [setFrame, key, contentType, panel]);
}
