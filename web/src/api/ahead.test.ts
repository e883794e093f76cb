import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { type Ask, askAhead } from './ahead';
import { meKey } from './session';

const address = { search: new URLSearchParams(), id: '' };
const never = new Promise<string>(() => undefined);

function signedIn(me: object = { id: 'usr_1' }): QueryClient {
  const queries = new QueryClient();
  queries.setQueryData(meKey, me);
  return queries;
}

function asking(answers: Promise<string>) {
  const asked: string[] = [];
  const ask: Ask = ({ one }) =>
    one({
      queryKey: ['list'],
      queryFn: () => {
        asked.push('list');
        return answers;
      },
    });
  return { asked, ask };
}

describe('askAhead', () => {
  it('asks at once and keeps the answer where the page looks for it', async () => {
    const queries = signedIn();
    const { asked, ask } = asking(Promise.resolve('rows'));
    await askAhead(queries, ask, address);
    expect(asked).toEqual(['list']);
    expect(queries.getQueryData(['list'])).toBe('rows');
  });

  it('asks the first page of a list that is read on', async () => {
    const queries = signedIn();
    await askAhead(
      queries,
      ({ firstOf }) =>
        firstOf({
          queryKey: ['pages'],
          initialPageParam: '',
          getNextPageParam: () => 'next',
          queryFn: ({ pageParam }) => Promise.resolve(`page ${pageParam}`),
        }),
      address,
    );
    expect(queries.getQueryData(['pages'])).toMatchObject({ pages: ['page '] });
  });

  it('leaves what is known to the page', async () => {
    const queries = signedIn();
    queries.setQueryData(['list'], 'older rows', { updatedAt: 1 });
    const { asked, ask } = asking(Promise.resolve('rows'));
    await askAhead(queries, ask, address);
    expect(asked).toEqual([]);
  });

  it('does not hold the page back where the server is slow or refuses', async () => {
    const slow = asking(never);
    await askAhead(signedIn(), slow.ask, address);
    expect(slow.asked).toEqual(['list']);
    const queries = signedIn();
    await askAhead(queries, asking(Promise.reject(new Error('403'))).ask, address);
    expect(queries.getQueryData(['list'])).toBeUndefined();
  });

  it('asks nothing for somebody who is not signed in, or not wholly', async () => {
    const { asked, ask } = asking(Promise.resolve('rows'));
    await askAhead(new QueryClient(), ask, address);
    await askAhead(signedIn({ id: 'usr_1', second_factor_needed: true }), ask, address);
    expect(asked).toEqual([]);
  });
});
