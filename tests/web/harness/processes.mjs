// The real programs: `patrol server` on SQLite in a scratch folder, `patrol cloudsim`, and the
// customer's `patrol connect aws`. Nothing of this machine's own AWS settings reaches them.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const quiet = {
  PATH: process.env.PATH,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** The first line of standard output that `pick` takes something out of. */
function firstLine(child, pick) {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = pick(line);
      if (found) resolve(found);
    });
  });
}

function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', resolve));
}

export class Cloud {
  static async start(patrol) {
    const cloud = new Cloud();
    cloud.child = spawn(patrol, ['cloudsim'], { stdio: ['ignore', 'pipe', 'ignore'], env: quiet });
    cloud.url = await firstLine(cloud.child, (line) => (line.startsWith('http://') ? line : null));
    return cloud;
  }

  identity(keyId, secret) {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: keyId,
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_REGION: 'us-east-1',
    };
  }

  async control(what, body = {}) {
    const answer = await fetch(`${this.url}/_cloudsim/${what}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`cloudsim ${what}: ${answer.status} ${await answer.text()}`);
  }

  async stop() {
    this.child.kill();
    await ended(this.child);
  }
}

export class Server {
  constructor(patrol, cloud, settings = {}) {
    this.patrol = patrol;
    this.cloud = cloud;
    this.settings = settings;
    this.folder = mkdtempSync(path.join(tmpdir(), 'patrol-web-'));
  }

  /** A first start answers the setup address that the server prints; later ones answer nothing. */
  async start() {
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const own = this.cloud.identity('AKIAPATROLDEMOSERVER', 'simulated-patrol-server-key');
    this.child = spawn(
      this.patrol,
      ['server', '--listen', `127.0.0.1:${this.port}`, '--data', path.join(this.folder, 'data')],
      {
        env: { ...quiet, HOME: this.folder, ...own, ...this.settings },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let setupUrl = null;
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      setupUrl ??= line.match(/\S+\/setup#token=\S+/)?.[0] ?? null;
    });
    await this.ready();
    for (let i = 0; i < 20 && !setupUrl && !this.known; i += 1) await sleep(50);
    this.known = true;
    return setupUrl;
  }

  async ready() {
    for (let i = 0; i < 300; i += 1) {
      if (this.child.exitCode !== null) throw new Error('the server ended');
      const ready = await fetch(`${this.url}/readyz`).catch(() => null);
      if (ready?.ok) return;
      await sleep(100);
    }
    throw new Error('the server is not ready');
  }

  async kill() {
    this.child.kill('SIGKILL');
    await ended(this.child);
  }

  async stop() {
    this.child.kill();
    await ended(this.child);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs the command that the page shows, as the customer's administrator would. */
  async connect(command) {
    const words = command.trim().split(/\s+/);
    if (words[0] !== 'patrol' || words[1] !== 'connect') throw new Error(`not ours: ${command}`);
    const admin = this.cloud.identity('AKIAACMEPRODUCTADMIN', 'simulated-acme-admin-key');
    const child = spawn(this.patrol, [...words.slice(1), '--yes'], {
      env: { ...quiet, HOME: this.folder, ...admin },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (text) => (errors += text));
    await ended(child);
    if (child.exitCode !== 0) throw new Error(`patrol connect: ${child.exitCode} ${errors}`);
  }
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
