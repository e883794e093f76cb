import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const inlinedFont = /url\((['"]?)data:font\/woff2;base64,([A-Za-z0-9+/=]+)\1\)/g;

/**
 * The global styles of the component library inline their fonts as data: URIs. As files they are
 * cached, only the weights in use are loaded, and the content security policy needs no data: fonts.
 */
function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: /global-styles[/\\]index\.css$/ },
      handler(css) {
        return css.replace(inlinedFont, (_match, _quote, base64: string) => {
          const source = Buffer.from(base64, 'base64');
          const hash = createHash('sha256').update(source).digest('hex').slice(0, 8);
          const fileName = `assets/open-sans-${hash}.woff2`;
          this.emitFile({ type: 'asset', fileName, source });
          return `url(/${fileName})`;
        });
      },
    },
  };
}

// The component library's messages are compiled: what would parse them is 12 kB that never run.
const noParser = '@formatjs/icu-messageformat-parser/lib/no-parser.js';

export default defineConfig({
  plugins: [fontsAsFiles(), react()],
  resolve: { alias: [{ find: /^@formatjs\/icu-messageformat-parser$/, replacement: noParser }] },
  build: {
    target: 'es2022',
    sourcemap: false,
    manifest: true,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
});
