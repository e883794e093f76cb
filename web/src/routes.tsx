/** Every address of the console. Pages are loaded when they are opened first. */
import { createBrowserRouter, Navigate, type RouteObject, useParams } from 'react-router';
import { RouteError } from './pages/shell/RouteError';
import { Shell } from './pages/shell/Shell';
import { Loading } from './ui/Loading';

/** The address of a cause as notices and the API write it. */
function CauseAddress() {
  const { key = '' } = useParams();
  return <Navigate to={`/drift?g=${encodeURIComponent(key)}`} replace />;
}

const driftRoutes: RouteObject[] = [
  { path: 'drift', lazy: () => import('./pages/drift/DriftPage') },
  { path: 'today', lazy: () => import('./pages/today/TodayPage') },
  { path: 'rules', lazy: () => import('./pages/rules/RulesPage') },
  { path: 'drift/causes/:key', element: <CauseAddress /> },
  { path: 'deployments/hooks', lazy: () => import('./pages/hooks/HooksPage') },
  { path: 'deployments', lazy: () => import('./pages/deployments/DeploymentsPage') },
  { path: 'accounts/:id/drift/review', lazy: () => import('./pages/review/ReviewPage') },
];

const inventoryRoutes: RouteObject[] = [
  { path: 'resources', lazy: () => import('./pages/resources/ResourcesPage') },
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
                { index: true, element: <Navigate to="/today" replace /> },
                { path: 'accounts', lazy: () => import('./pages/accounts/AccountsPage') },
                {
                  path: 'accounts/new',
                  lazy: () => import('./pages/wizard/AddAccountPage'),
                },
                {
                  path: 'accounts/:id/:tab?',
                  lazy: () => import('./pages/account/AccountPage'),
                },
                { path: 'scans', lazy: () => import('./pages/scans/ScansPage') },
                { path: 'scans/:id', lazy: () => import('./pages/scans/ScanPage') },
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
