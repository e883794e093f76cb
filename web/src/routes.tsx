/** Every address of the console. Pages are loaded when they are opened first. */
import { createBrowserRouter, Navigate, type RouteObject, useParams } from 'react-router';
import { FrontDoor } from './pages/session/FrontDoor';
import { RouteError } from './pages/shell/RouteError';
import { Shell } from './pages/shell/Shell';
import { Loading } from './ui/Loading';

/** The address of a cause as notices and the API write it. */
function CauseAddress() {
  const { key = '' } = useParams();
  return <Navigate to={`/drift?g=${encodeURIComponent(key)}`} replace />;
}

const today = () => import('./pages/today/TodayPage');
const drift = () => import('./pages/drift/DriftPage');
const accounts = () => import('./pages/accounts/AccountsPage');
const account = () => import('./pages/account/AccountPage');
const resources = () => import('./pages/resources/ResourcesPage');
const scans = () => import('./pages/scans/ScansPage');
const scan = () => import('./pages/scans/ScanPage');
const review = () => import('./pages/review/ReviewPage');

/** The pages that people go to most, loaded while nothing else happens: their first click then waits for data only. */
export function loadAhead(): void {
  const pages = [today, accounts, account, drift, review, resources, scan, scans];
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

const driftRoutes: RouteObject[] = [
  { path: 'drift', lazy: drift },
  { path: 'today', lazy: today },
  { path: 'rules', lazy: () => import('./pages/rules/RulesPage') },
  { path: 'drift/causes/:key', element: <CauseAddress /> },
  { path: 'deployments/hooks', lazy: () => import('./pages/hooks/HooksPage') },
  { path: 'deployments', lazy: () => import('./pages/deployments/DeploymentsPage') },
  { path: 'accounts/:id/drift/review', lazy: review },
];

const inventoryRoutes: RouteObject[] = [
  { path: 'resources', lazy: resources },
  { path: 'resources/:id/:tab?', lazy: () => import('./pages/resources/ResourcePage') },
  { path: 'scans/:id/resources', lazy: () => import('./pages/resources/SnapshotPage') },
  { path: 'compare', lazy: () => import('./pages/compare/ComparePage') },
];

const settingsRoutes: RouteObject[] = [
  { path: 'customers', lazy: () => import('./pages/customers/CustomersPage') },
  { path: 'customers/:id', lazy: () => import('./pages/customers/CustomerPage') },
  { path: 'secrets', lazy: () => import('./pages/secrets/SecretsPage') },
  { path: 'audit', lazy: () => import('./pages/audit/AuditPage') },
  { path: 'settings/:section?', lazy: () => import('./pages/settings/SettingsPage') },
];

export const createRouter = () =>
  createBrowserRouter([
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
                { path: 'accounts', lazy: accounts },
                {
                  path: 'accounts/new',
                  lazy: () => import('./pages/wizard/AddAccountPage'),
                },
                {
                  path: 'accounts/:id/:tab?',
                  lazy: account,
                },
                { path: 'scans', lazy: scans },
                { path: 'scans/:id', lazy: scan },
                ...driftRoutes,
                ...inventoryRoutes,
                ...settingsRoutes,
                { path: '*', lazy: () => import('./pages/shell/NotFound') },
              ],
            },
          ],
        },
      ],
    },
  ]);
