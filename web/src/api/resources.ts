/** Resources: all accounts or one snapshot, now or at a past time; one of them with its past and relations. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters, type Query } from './queries';

/** Where resources are looked for; neither: all accounts as they are now. */
export interface Place {
  snapshot?: string | undefined;
  at?: string | undefined;
}

export function resourcePage(place: Place, list: ListQuery, signal?: AbortSignal) {
  const query = listParameters(list);
  const rest = signal ? { signal } : {};
  if (place.snapshot) {
    const path = { id: place.snapshot };
    return answer(
      client.GET('/api/v1/snapshots/{id}/resources', { params: { path, query }, ...rest }),
    );
  }
  const at = place.at ? { at: place.at } : {};
  return answer(
    client.GET('/api/v1/resources', { params: { query: { ...query, ...at } }, ...rest }),
  );
}

export const resourcesQuery = (place: Place, list: ListQuery): Query<S['ResourcePage']> => ({
  queryKey: ['resources', 'list', place, list],
  queryFn: ({ signal }) => resourcePage(place, list, signal),
});

export function useResources(place: Place, list: ListQuery) {
  return useQuery<S['ResourcePage'], ApiError>({
    ...resourcesQuery(place, list),
    placeholderData: keepPreviousData,
  });
}

function facets(place: Place, query: { by: string; q?: string }, signal: AbortSignal) {
  if (place.snapshot) {
    const path = { id: place.snapshot };
    return answer(client.GET('/api/v1/snapshots/{id}/facets', { params: { path, query }, signal }));
  }
  const at = place.at ? { at: place.at } : {};
  return answer(
    client.GET('/api/v1/resources/facets', { params: { query: { ...query, ...at } }, signal }),
  );
}

/** Counts by field. Regions only of one snapshot: over all accounts they cost a walk through everything. */
export function useFacets(place: Place, q: string) {
  const by = place.snapshot ? 'category,type,region' : 'category,type';
  return useQuery<S['Facets'], ApiError>({
    queryKey: ['facets', place, q],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => facets(place, { by, ...(q ? { q } : {}) }, signal),
  });
}

export function useResource(id: string, place: Place = {}) {
  return useQuery<S['Resource'], ApiError>({
    queryKey: ['resources', 'one', id, place],
    enabled: id !== '',
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/resources/{id}', {
          params: {
            path: { id },
            query: {
              ...(place.snapshot ? { snapshot: place.snapshot } : {}),
              ...(place.at ? { at: place.at } : {}),
            },
          },
          signal,
        }),
      ),
  });
}

export function useResourceHistory(id: string) {
  return useQuery<S['VersionPage'], ApiError>({
    queryKey: ['resources', 'history', id],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/resources/{id}/history', { params: { path: { id } }, signal })),
  });
}

export function useResourceRelations(id: string) {
  return useQuery<S['Relations'], ApiError>({
    queryKey: ['resources', 'relations', id],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/resources/{id}/relations', { params: { path: { id } }, signal })),
  });
}
