/** Pages put together with answers of an API that is not there: what browsers walk in tests/web, in small. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { S } from '../types';
import { FlashProvider } from '../ui/flash';
import { takeNext } from './session/afterSignIn';
import { Component as LoginPage } from './session/LoginPage';
import SecondFactorPage from './session/SecondFactorPage';
import { Journal } from './scans/Journal';

// The client takes the browser's fetch when it is loaded: before any import.
const api = vi.hoisted(() => {
  const known: { answers: Record<string, unknown> } = { answers: {} };
  globalThis.fetch = (input) => {
    const { pathname } = new URL((input as Request).url);
    const body = known.answers[pathname];
    const headers = { 'content-type': 'application/json' };
    const status = body === undefined ? 404 : 200;
    return Promise.resolve(new Response(JSON.stringify(body ?? {}), { status, headers }));
  };
  return known;
});

function open(page: ReactElement, address: string): void {
  const router = createMemoryRouter([{ path: '*', element: page }], { initialEntries: [address] });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <FlashProvider>
        <RouterProvider router={router} />
      </FlashProvider>
    </QueryClientProvider>,
  );
}

beforeEach(() => sessionStorage.clear());
afterEach(cleanup);

const setUp = { '/api/v1/setup': { needed: false } };

it('offers the identity provider, says why it sent somebody back, and keeps the page that was wanted', async () => {
  api.answers = { ...setUp, '/api/v1/session/oidc': { enabled: true, name: 'Example ID' } };
  open(<LoginPage />, '/login?next=%2Fscans&problem=oidc-denied');
  const link = await screen.findByRole('link', { name: 'Sign in with Example ID' });
  expect(link.getAttribute('href')).toBe('/api/v1/session/oidc/start');
  screen.getByText('Signing in with Example ID failed');
  screen.getByText(/The provider did not let you in/);
  link.addEventListener('click', (event) => event.preventDefault());
  await userEvent.click(link);
  expect(takeNext()).toBe('/scans');
  expect(takeNext()).toBeNull();
});

it('offers no provider where there is none', async () => {
  api.answers = { ...setUp, '/api/v1/session/oidc': { enabled: false, name: null } };
  open(<LoginPage />, '/login');
  await screen.findByLabelText('Password');
  expect(screen.queryByRole('link')).toBeNull();
});

it('lists the calls of a scan when they are asked for', async () => {
  const call: S['ScanCall'] = {
    time: '2026-11-22T10:00:00Z',
    service: 'ec2',
    action: 'DescribeInstances',
    region: 'eu-central-1',
    http_status: 200,
    error_code: null,
    request_id: 'a-request',
    attempts: 2,
    bytes: 12_345,
    duration_ms: 87,
  };
  api.answers = {
    '/api/v1/scans/scn_1/calls': { items: [call, call], next_cursor: null, total: 2 },
  };
  const scan = { id: 'scn_1', counts: { calls: 2 } } as S['Scan'];
  open(<Journal scan={scan} />, '/scans/scn_1');
  expect(screen.queryByText('ec2:DescribeInstances')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Show the calls' }));
  expect(await screen.findAllByText('ec2:DescribeInstances')).toHaveLength(2);
  expect(screen.getAllByText(/12 kB · 87 ms · 2 attempts/)).toHaveLength(2);
});

it('keeps the page of a missing second factor until it is set up', async () => {
  api.answers = {
    '/api/v1/me/totp': { secret: 'JBSWY3DPEHPK3PXP', otpauth_uri: 'otpauth://totp/Patrol:a' },
    '/api/v1/me/totp/confirm': { recovery_codes: ['one-two', 'three-four'] },
  };
  const done = vi.fn();
  const me = { email: 'kim@patrol.example', second_factor_needed: false } as S['Me'];
  open(<SecondFactorPage me={me} onDone={done} />, '/');
  await userEvent.click(screen.getByRole('button', { name: 'Set up an authenticator app' }));
  await userEvent.type(await screen.findByLabelText('Code of the app'), '123456');
  await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
  await screen.findByText(/three-four/);
  expect(done).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'I have kept them' }));
  expect(done).toHaveBeenCalledOnce();
});
