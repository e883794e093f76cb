import { describe, expect, it } from 'vitest';
import { problemTitles } from '../strings/problems';
import { fieldError, problemOf, shownError, unreachable } from './problem';

const body = {
  type: 'urn:patrol:problem:invalid',
  title: 'Invalid',
  status: 422,
  detail: 'This name is too long.',
  hint: 'Use at most 200 characters.',
  field: 'name',
  trace_id: 'abc',
};

describe('problemOf', () => {
  it('keeps the facts and finds the console’s own title', () => {
    const error = problemOf(422, body);
    expect(error).toMatchObject({ status: 422, code: 'invalid', field: 'name', traceId: 'abc' });
    expect(error.title).toBe(problemTitles.invalid);
  });

  it('keeps the server’s title where it has no other', () => {
    const error = problemOf(409, { ...body, type: 'urn:patrol:problem:account_exists' });
    expect(error).toMatchObject({ code: 'account_exists', title: 'Invalid' });
  });

  it.each([
    [502, '<html>Bad gateway</html>', 'unavailable'],
    [404, undefined, 'not_found'],
    [403, { message: 'no' }, 'denied'],
    [500, null, 'unexpected'],
  ])('judges %d without a problem by its status', (status, answer, code) => {
    expect(problemOf(status, answer).code).toBe(code);
  });
});

describe('showing errors', () => {
  it('puts a field’s message at the field', () => {
    const error = problemOf(422, body);
    expect(fieldError(error, 'name')).toBe('This name is too long. Use at most 200 characters.');
    expect(fieldError(error, 'owner')).toBeUndefined();
    expect(fieldError(null, 'name')).toBeUndefined();
  });

  it('makes something to show of everything', () => {
    expect(shownError(unreachable()).status).toBe(0);
    expect(shownError(new Error('boom')).detail).toBe('boom');
    expect(shownError('text').code).toBe('unexpected');
  });
});
