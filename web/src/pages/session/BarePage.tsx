import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { type ReactNode, useEffect } from 'react';
import { common } from '../../strings/common';

interface Props {
  title: string;
  description?: string;
  children: ReactNode;
}

/** Pages outside the frame: there is nobody yet for whom to show the navigation. */
export function BarePage({ title, description, children }: Props) {
  useEffect(() => {
    document.title = `${title} · ${common.product}`;
  }, [title]);
  return (
    <main className="narrow-page">
      <div className="brand">
        <img src="/favicon.svg" alt="" width="28" height="28" />
        {common.product}
      </div>
      <Container
        header={
          <Header variant="h1" description={description}>
            {title}
          </Header>
        }
      >
        {children}
      </Container>
    </main>
  );
}
