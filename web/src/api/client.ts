/**
 * The one way to the API: typed by the schema, the session's cookie, the header that proves a write to
 * come from this console, and every failure as an ApiError.
 */
import createClient from 'openapi-fetch';
import { missedServer, sawServer } from './connection';
import { problemOf, unreachable } from './problem';
import type { paths } from './schema';
import { sessionEnded } from './session';

export const client = createClient<paths>({ baseUrl: '', credentials: 'same-origin' });

client.use({
  onRequest({ request }) {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead) request.headers.set('X-Patrol-CSRF', 'console');
    return request;
  },
});

interface Answered {
  data?: unknown;
  error?: unknown;
  response: Response;
}

type DataOf<A extends Answered> = Exclude<A['data'], undefined>;

/** The answer's body with its ETag; `null` where the server sent none. */
export interface Tagged<T> {
  value: T;
  etag: string | null;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

async function settle<A extends Answered>(pending: Promise<A>): Promise<A> {
  let answered: A;
  try {
    answered = await pending;
  } catch (error) {
    if (isAbort(error)) throw error;
    missedServer();
    throw unreachable();
  }
  sawServer();
  if (answered.response.ok) return answered;
  const problem = problemOf(answered.response.status, answered.error);
  if (problem.status === 401) sessionEnded();
  throw problem;
}

export async function answer<A extends Answered>(pending: Promise<A>): Promise<DataOf<A>> {
  return (await settle(pending)).data as DataOf<A>;
}

export async function taggedAnswer<A extends Answered>(
  pending: Promise<A>,
): Promise<Tagged<DataOf<A>>> {
  const { data, response } = await settle(pending);
  return { value: data as DataOf<A>, etag: response.headers.get('ETag') };
}
