/** Channels, routes and deliveries of notices. Secrets are references; no answer holds one. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

const channelsKey = ['notification-channels'];
const routesKey = ['notification-routes'];
const deliveriesKey = ['notification-deliveries'];
const byId = (id: string) => ({ params: { path: { id } } });

export function useChannels() {
  return useQuery<S['NotificationChannelPage'], ApiError>({
    queryKey: channelsKey,
    queryFn: ({ signal }) => answer(client.GET('/api/v1/notification-channels', { signal })),
  });
}

export function useCreateChannel() {
  const queries = useQueryClient();
  return useMutation<S['NotificationChannel'], ApiError, S['NotificationChannelCreate']>({
    mutationFn: (body) => answer(client.POST('/api/v1/notification-channels', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: channelsKey }),
  });
}

export function useUpdateChannel() {
  const queries = useQueryClient();
  return useMutation<
    S['NotificationChannel'],
    ApiError,
    { id: string; patch: S['NotificationChannelPatch'] }
  >({
    mutationFn: ({ id, patch }) =>
      answer(client.PATCH('/api/v1/notification-channels/{id}', { ...byId(id), body: patch })),
    onSuccess: () => queries.invalidateQueries(),
  });
}

export function useDeleteChannel() {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError, string>({
    mutationFn: (id) => answer(client.DELETE('/api/v1/notification-channels/{id}', byId(id))),
    onSuccess: () => queries.invalidateQueries(),
  });
}

/** Sends a message now and says what happened. */
export function useTestChannel() {
  const queries = useQueryClient();
  return useMutation<S['TestReport'], ApiError, string>({
    mutationFn: (id) => answer(client.POST('/api/v1/notification-channels/{id}/test', byId(id))),
    onSettled: () => queries.invalidateQueries({ queryKey: channelsKey }),
  });
}

export function useRoutes() {
  return useQuery<S['NotificationRoutePage'], ApiError>({
    queryKey: routesKey,
    queryFn: ({ signal }) => answer(client.GET('/api/v1/notification-routes', { signal })),
  });
}

export function useCreateRoute() {
  const queries = useQueryClient();
  return useMutation<S['NotificationRoute'], ApiError, S['NotificationRouteCreate']>({
    mutationFn: (body) => answer(client.POST('/api/v1/notification-routes', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: routesKey }),
  });
}

export function useUpdateRoute() {
  const queries = useQueryClient();
  return useMutation<
    S['NotificationRoute'],
    ApiError,
    { id: string; patch: S['NotificationRoutePatch'] }
  >({
    mutationFn: ({ id, patch }) =>
      answer(client.PATCH('/api/v1/notification-routes/{id}', { ...byId(id), body: patch })),
    onSuccess: () => queries.invalidateQueries({ queryKey: routesKey }),
  });
}

export function useDeleteRoute() {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError, string>({
    mutationFn: (id) => answer(client.DELETE('/api/v1/notification-routes/{id}', byId(id))),
    onSuccess: () => queries.invalidateQueries({ queryKey: routesKey }),
  });
}

export function useDeliveries(list: ListQuery) {
  return useQuery<S['NotificationDeliveryPage'], ApiError>({
    queryKey: [...deliveriesKey, list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/notification-deliveries', {
          params: { query: listParameters(list) },
          signal,
        }),
      ),
  });
}

export function useRetryDelivery() {
  const queries = useQueryClient();
  return useMutation<S['NotificationDelivery'], ApiError, string>({
    mutationFn: (id) => answer(client.POST('/api/v1/notification-deliveries/{id}/retry', byId(id))),
    onSuccess: () => queries.invalidateQueries({ queryKey: deliveriesKey }),
  });
}
