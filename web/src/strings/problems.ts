/** Titles and texts of errors by code; what is not listed keeps the server's own words. */
export const problemTitles: Record<string, string> & { unexpected: string; unreachable: string } = {
  unexpected: 'Something went wrong',
  unreachable: 'The server does not answer',
  unavailable: 'The server is busy or starting',
  unauthenticated: 'You are signed out',
  denied: 'You may not do this',
  role: 'Your role does not allow this',
  not_found: 'Not found',
  conflict: 'This does not fit the present state',
  invalid: 'Something is not right with what was entered',
  stale: 'Somebody else changed this in the meantime',
  too_many_attempts: 'Too many attempts',
};

export const problemTexts: Record<string, string> & { unexpected: string; unreachable: string } = {
  unexpected: 'The server answered in a way that this page does not understand. Try again.',
  unreachable: 'No connection to the Patrol server. What you see may be out of date.',
  unavailable: 'The server is there but cannot answer now. Try again in a moment.',
  unauthenticated: 'The session has ended. Sign in again.',
  denied: 'Ask an owner or administrator of your organisation.',
  not_found: 'It does not exist, or it belongs to somebody else.',
};
