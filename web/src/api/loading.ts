import { useIsFetching } from '@tanstack/react-query';

/** Something is asked for that is not known yet. What is asked again behind the page does not count. */
export function useIsLoading(): boolean {
  return useIsFetching({ predicate: ({ state }) => state.data === undefined }) > 0;
}
