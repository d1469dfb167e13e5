import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Exchange, ExchangeHandler } from '../http/exchange.ts';
import { isRead, sendJson, sendNotFound } from '../http/json-response.ts';
import { docsPolicy } from '../http/security-headers.ts';
import { createOpenApiDocument } from './openapi-document.ts';

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Folkmoot: REST</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `window.ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });
`;

const types = { js: 'text/javascript', css: 'text/css', png: 'image/png', html: 'text/html' } as const;

/** /openapi.json, and /docs that shows it from files of this server alone: it works offline. */
export function createApiDocs(publicUrl: string | undefined): ExchangeHandler {
  const { resolve } = createRequire(import.meta.url);
  const document = createOpenApiDocument(publicUrl);
  const files = new Map<string, Buffer>();

  function swaggerFile(name: string): Buffer {
    const known = files.get(name) ?? readFileSync(resolve(`swagger-ui-dist/${name}`));
    files.set(name, known);
    return known;
  }

  return (exchange) => {
    if (!isRead(exchange)) return;
    switch (exchange.path) {
      case '/openapi.json':
        sendJson(exchange, 200, document);
        return;
      case '/docs':
      case '/docs/':
        sendFile(exchange, 'html', page);
        return;
      case '/docs/start.js':
        sendFile(exchange, 'js', start);
        return;
      case '/docs/swagger-ui-bundle.js':
        sendFile(exchange, 'js', swaggerFile('swagger-ui-bundle.js'));
        return;
      case '/docs/swagger-ui.css':
        sendFile(exchange, 'css', swaggerFile('swagger-ui.css'));
        return;
      case '/docs/favicon-32x32.png':
        sendFile(exchange, 'png', swaggerFile('favicon-32x32.png'));
        return;
      default:
        sendNotFound(exchange);
    }
  };
}

function sendFile({ req, res }: Exchange, type: keyof typeof types, content: string | Buffer): void {
  res.setHeader('content-security-policy', docsPolicy);
  res.setHeader('content-type', type === 'png' ? types.png : `${types[type]}; charset=utf-8`);
  res.setHeader('content-length', Buffer.byteLength(content));
  res.setHeader('cache-control', 'no-cache');
  if (req.method === 'HEAD') res.end();
  else res.end(content);
}
