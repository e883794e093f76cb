/** Every address of the console. Pages are loaded when they are opened first. */
import type { QueryClient } from '@tanstack/react-query';
import { type ComponentType, memo } from 'react';
import {
  createBrowserRouter,
  type LoaderFunctionArgs,
  Navigate,
  type RouteObject,
  useParams,
} from 'react-router';
import { type Ask, askAhead } from './api/ahead';
import * as asks from './pages/asks';
import { FrontDoor } from './pages/session/FrontDoor';
import { RouteError } from './pages/shell/RouteError';
import { Shell } from './pages/shell/Shell';
import { Loading } from './ui/Loading';

/** The address of a cause as notices and the API write it. */
function CauseAddress() {
  const { key = '' } = useParams();
  return <Navigate to={`/drift?g=${encodeURIComponent(key)}`} replace />;
}

type Load = () => Promise<{ Component: ComponentType }>;

const today = () => import('./pages/today/TodayPage');
const drift = () => import('./pages/drift/DriftPage');
const accounts = () => import('./pages/accounts/AccountsPage');
const account = () => import('./pages/account/AccountPage');
const resources = () => import('./pages/resources/ResourcesPage');
const scans = () => import('./pages/scans/ScansPage');
const scan = () => import('./pages/scans/ScanPage');
const snapshot = () => import('./pages/resources/SnapshotPage');
const review = () => import('./pages/review/ReviewPage');

/** The pages that people go to most, loaded while nothing else happens: their first click then waits for data only. */
export function loadAhead(): void {
  const pages = [today, accounts, account, drift, review, resources, scan, scans, snapshot];
  const next = () => {
    const load = pages.shift();
    // A page that cannot be loaded now says so when it is opened.
    if (load) void load().then(later, () => undefined);
  };
  const later = () => {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(next, { timeout: 5_000 });
    else setTimeout(next, 300);
  };
  later();
}

/** A page that is asked for at the press of its link. What the router does meanwhile does not draw it anew. */
type PageRoute = (path: string, load: Load, ask: Ask) => RouteObject;

const pageRoutes =
  (queries: QueryClient): PageRoute =>
  (path, load, ask) => ({
    path,
    lazy: async () => ({ Component: memo((await load()).Component) }),
    loader: async ({ request, params: { id = '' } }: LoaderFunctionArgs) => {
      await askAhead(queries, ask, { search: new URL(request.url).searchParams, id });
      return null;
    },
  });

const driftRoutes = (page: PageRoute): RouteObject[] => [
  page('drift', drift, asks.askDrift),
  page('today', today, asks.askToday),
  { path: 'rules', lazy: () => import('./pages/rules/RulesPage') },
  { path: 'drift/causes/:key', element: <CauseAddress /> },
  { path: 'deployments/hooks', lazy: () => import('./pages/hooks/HooksPage') },
  { path: 'deployments', lazy: () => import('./pages/deployments/DeploymentsPage') },
  page('accounts/:id/drift/review', review, asks.askReview),
];

const inventoryRoutes = (page: PageRoute): RouteObject[] => [
  page('accounts', accounts, asks.askAccounts),
  { path: 'accounts/new', lazy: () => import('./pages/wizard/AddAccountPage') },
  page('accounts/:id/:tab?', account, asks.askAccount),
  page('scans', scans, asks.askScans),
  page('scans/:id', scan, asks.askScan),
  page('resources', resources, asks.askResources),
  { path: 'resources/:id/:tab?', lazy: () => import('./pages/resources/ResourcePage') },
  page('scans/:id/resources', snapshot, asks.askSnapshot),
  { path: 'compare', lazy: () => import('./pages/compare/ComparePage') },
];

const settingsRoutes: RouteObject[] = [
  { path: 'customers', lazy: () => import('./pages/customers/CustomersPage') },
  { path: 'customers/:id', lazy: () => import('./pages/customers/CustomerPage') },
  { path: 'collectors', lazy: () => import('./pages/collectors/CollectorsPage') },
  { path: 'secrets', lazy: () => import('./pages/secrets/SecretsPage') },
  { path: 'audit', lazy: () => import('./pages/audit/AuditPage') },
  { path: 'settings/:section?', lazy: () => import('./pages/settings/SettingsPage') },
];

export function createRouter(queries: QueryClient) {
  const page = pageRoutes(queries);
  return createBrowserRouter([
    {
      hydrateFallbackElement: <Loading />,
      errorElement: <RouteError />,
      children: [
        { path: 'login', lazy: () => import('./pages/session/LoginPage') },
        { path: 'setup', lazy: () => import('./pages/session/SetupPage') },
        { path: 'invitation', lazy: () => import('./pages/session/InvitationPage') },
        { path: 'password-reset', lazy: () => import('./pages/session/PasswordResetPage') },
        {
          element: <Shell />,
          children: [
            {
              errorElement: <RouteError />,
              children: [
                { index: true, element: <FrontDoor /> },
                ...driftRoutes(page),
                ...inventoryRoutes(page),
                ...settingsRoutes,
                { path: '*', lazy: () => import('./pages/shell/NotFound') },
              ],
            },
          ],
        },
      ],
    },
  ]);
}
