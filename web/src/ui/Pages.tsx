import Pagination from '@cloudscape-design/components/pagination';
import { common } from '../strings/common';

interface Props {
  /** From 1. */
  page: number;
  hasNext: boolean;
  onPage: (page: number) => void;
}

/** Pages of a list that is read forward by cursors: those seen, and the next. */
export function Pages({ page, hasNext, onPage }: Props) {
  if (page === 1 && !hasNext) return null;
  return (
    <Pagination
      currentPageIndex={page}
      pagesCount={hasNext ? page + 1 : page}
      openEnd={hasNext}
      onChange={({ detail }) => onPage(detail.currentPageIndex)}
      ariaLabels={{
        nextPageLabel: common.nextPage,
        previousPageLabel: common.previousPage,
        pageLabel: common.pageLabel,
      }}
    />
  );
}
