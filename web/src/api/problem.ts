/**
 * What an answer that is not a success becomes: one typed error for every page. `code` is the end of
 * the problem's `type`, with underscores, and the console's own words are found by it (src/strings/problems.ts).
 * Status 0: the server could not be reached at all.
 */
import type { S } from '../types';
import { problemTitles, problemTexts } from '../strings/problems';

export interface ProblemFacts {
  status: number;
  code: string;
  title: string;
  detail: string;
  hint?: string;
  field?: string;
  traceId?: string;
  /** What a problem says beyond the standard: who decided first, for one. */
  members?: Record<string, unknown>;
}

export class ApiError extends Error implements ProblemFacts {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint: string | undefined;
  readonly field: string | undefined;
  readonly traceId: string | undefined;
  readonly members: Record<string, unknown>;

  constructor(facts: ProblemFacts) {
    super(facts.detail);
    this.name = 'ApiError';
    this.status = facts.status;
    this.code = facts.code;
    this.title = facts.title;
    this.detail = facts.detail;
    this.hint = facts.hint;
    this.field = facts.field;
    this.traceId = facts.traceId;
    this.members = facts.members ?? {};
  }
}

const typePrefix = 'urn:patrol:problem:';

function isProblem(body: unknown): body is S['Problem'] {
  if (typeof body !== 'object' || body === null) return false;
  return 'type' in body && typeof body.type === 'string' && 'detail' in body;
}

function codeOfStatus(status: number): string {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'denied';
  if (status === 404) return 'not_found';
  if (status === 502 || status === 503 || status === 504) return 'unavailable';
  return 'unexpected';
}

/** A body that is no problem+json (a proxy's page, nothing at all) is judged by its status alone. */
export function problemOf(status: number, body: unknown): ApiError {
  if (!isProblem(body)) {
    const code = codeOfStatus(status);
    return new ApiError({
      status,
      code,
      title: problemTitles[code] ?? problemTitles.unexpected,
      detail: problemTexts[code] ?? problemTexts.unexpected,
    });
  }
  const code = body.type.startsWith(typePrefix)
    ? body.type.slice(typePrefix.length).replaceAll('-', '_')
    : 'unexpected';
  return new ApiError({
    status,
    code,
    title: problemTitles[code] ?? body.title,
    detail: body.detail,
    hint: body.hint,
    field: body.field,
    traceId: body.trace_id,
    members: { ...body },
  });
}

export function unreachable(): ApiError {
  return new ApiError({
    status: 0,
    code: 'unreachable',
    title: problemTitles.unreachable,
    detail: problemTexts.unreachable,
  });
}

/** What is thrown anywhere, as something that a panel can show. */
export function shownError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({
    status: -1,
    code: 'unexpected',
    title: problemTitles.unexpected,
    detail: error instanceof Error ? error.message : problemTexts.unexpected,
  });
}

/** The message for one field of a form, or undefined where the error is about something else. */
export function fieldError(error: ApiError | null, ...fields: string[]): string | undefined {
  if (!error?.field || !fields.includes(error.field)) return undefined;
  return error.hint ? `${error.detail} ${error.hint}` : error.detail;
}
