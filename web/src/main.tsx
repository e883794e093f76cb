import '@cloudscape-design/global-styles/index.css';
import './style.css';
import './ui/lists.css';
import './ui/diff.css';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { createQueries } from './api/queries';
import { createRouter, loadAhead } from './routes';

const root = document.getElementById('root');
if (root) {
  const queries = createQueries();
  createRoot(root).render(
    <StrictMode>
      <I18nProvider locale="en" messages={[messages]}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={createRouter(queries)} />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
  addEventListener('load', loadAhead);
}
