// Drift: accept a baseline, change the simulated cloud, scan, review by mouse and by keys alone.
import assert from "node:assert/strict";
import { phone } from "../harness/browser.mjs";

export const routes = ({ facts }) => [
  { name: "today", path: "/today" },
  { name: "rules", path: "/rules" },
  { name: "drift", path: "/drift" },
  { name: "drift-by-account", path: "/drift?group=account" },
  { name: "drift-cause", path: `/drift?g=${facts.cause}` },
  { name: "review", path: `/accounts/${facts.account}/drift/review` },
  {
    name: "review-all",
    path: `/accounts/${facts.account}/drift/review?show=all`,
  },
  { name: "account-drift", path: `/accounts/${facts.account}/drift` },
  {
    name: "compare",
    path: `/compare?from=${facts.baseline}&to=${facts.newest}`,
  },
];

const headers = { "X-Patrol-CSRF": "console" };

/** A call of the page's own session, as another tab of the same person makes it. */
function api(page, method, path) {
  return page.evaluate(
    async ([verb, address, given]) => {
      const answer = await fetch(`/api/v1${address}`, {
        method: verb,
        headers: given,
      });
      return answer.status === 204 ? null : answer.json();
    },
    [method, path, headers],
  );
}

const card = (page, name) => page.getByRole("region", { name }).first();
const review = ({ server, facts }) =>
  `${server.url}/accounts/${facts.account}/drift/review`;

export async function scanNow({ page, server, facts }) {
  await page.goto(`${server.url}/accounts/${facts.account}`);
  const { items } = await api(
    page,
    "GET",
    `/cloud-accounts/${facts.account}/scans?limit=1`,
  );
  await page.getByRole("button", { name: "Scan now" }).click();
  for (;;) {
    const now = await api(
      page,
      "GET",
      `/cloud-accounts/${facts.account}/scans?limit=1`,
    );
    const [scan] = now.items;
    if (scan.id !== items[0].id && scan.finished_at) return scan;
    await page.waitForTimeout(300);
  }
}

export const cases = [
  [
    "an account settles before its first baseline: what moves by itself gets a rule",
    async (world) => {
      const { browser, page, cloud, server, facts } = world;
      const drift = `${server.url}/accounts/${facts.account}/drift`;
      await page.goto(drift);
      await page.getByText("No baseline yet").waitFor();
      assert.deepEqual(await browser.violations(), []);
      await page.getByRole("button", { name: "Settle first" }).click();
      await page
        .getByRole("heading", { name: /^Settling: \d of 3 snapshots/ })
        .waitFor();
      await page.getByText("Next scan").waitFor();
      await browser.shot("settling-running");
      // A scan by hand counts as one of the three: nobody has to wait for five minutes.
      for (const step of ["reopen-database", "close-database"]) {
        await cloud.control(`steps/${step}`);
        await scanNow(world);
      }
      await page.goto(drift);
      await page
        .getByRole("heading", { name: "The account has settled" })
        .waitFor({
          timeout: 60_000,
        });
      const row = page.getByRole("row", {
        name: /AWS::EC2::SecurityGroup.*IpPermissions/,
      });
      await row.getByText("1 resource, 2 times").waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot("settling-done");
      await browser.shot("settling-done", phone);
      await row
        .getByRole("button", { name: /^Hide here: changes of IpPermissions/ })
        .click();
      await page.getByText("1 rule was made").waitFor();
      await row.waitFor({ state: "detached" });
      const { items } = await api(
        page,
        "GET",
        "/rules?q=type%3DAWS::EC2::SecurityGroup",
      );
      // What the cases below look at must not be hidden.
      const made = items.filter((rule) => !rule.builtin);
      assert.equal(made.length, 1);
      await api(page, "DELETE", `/rules/${made[0].id}`);
    },
  ],
  [
    "a snapshot becomes the baseline, with a note",
    async (world) => {
      const { page, server, facts } = world;
      const { items } = await api(
        page,
        "GET",
        `/cloud-accounts/${facts.account}/scans`,
      );
      // The first one: what the cases before have changed in the cloud is drift from then on.
      const scan = items.findLast(({ snapshot_id: snapshot }) => snapshot);
      facts.baseline = scan.snapshot_id;
      await page.goto(`${server.url}/accounts/${facts.account}/drift`);
      await page.getByText("No baseline yet").waitFor();
      await page.goto(`${server.url}/scans/${scan.id}`);
      await page.getByRole("button", { name: "Accept as baseline" }).click();
      const dialog = page.getByRole("dialog", {
        name: "Accept this snapshot as the baseline?",
      });
      await dialog.getByLabel("Note").fill("As it was handed over 🚀");
      await dialog.getByRole("button", { name: "Accept as baseline" }).click();
      await page.getByText("The snapshot is the baseline now").waitFor();
      await page.goto(`${server.url}/accounts/${facts.account}/drift`);
      await page.getByText("As it was handed over 🚀").waitFor();
    },
  ],
  [
    "the cloud changes, a scan finds it, the inbox shows it",
    async (world) => {
      const { browser, page, cloud, server, facts } = world;
      await cloud.control("steps/reopen-database");
      facts.newest = (await scanNow(world)).snapshot_id;
      await page.goto(`${server.url}/drift`);
      await page.getByRole("heading", { name: /^Drift \(4\)/ }).waitFor();
      await page
        .getByRole("row", { name: /AWS::EC2::SecurityGroup/ })
        .getByRole("link")
        .click();
      await page.waitForURL(/g=grp_/);
      facts.cause = new URL(page.url()).searchParams.get("g");
      await page.getByRole("region", { name: "Where" }).waitFor();
      await browser.shot("drift-cause-open");
      await page
        .getByRole("region", { name: "Where" })
        .getByRole("link", { name: "database" })
        .click();
      await page.waitForURL(/drift\/review\?set=cst_.*change=chg_/);
      await card(page, /: database$/)
        .getByText("0.0.0.0/0")
        .first()
        .waitFor();
    },
  ],
  [
    "a link made before it was known who did it leads to the same cause",
    async ({ page, server, facts }) => {
      await page.goto(`${server.url}/drift?g=${facts.cause.split(".")[0]}`);
      await page.getByRole("region", { name: "Where" }).waitFor();
      await page.goto(`${server.url}/drift?g=grp_nothing`);
      await page.getByText("This cause is not open any more").waitFor();
    },
  ],
  [
    "a whole cause is accepted from the inbox, and the acceptance taken back",
    async ({ browser, page, server }) => {
      await page.goto(`${server.url}/drift`);
      await page.getByRole("heading", { name: /^Drift \(4\)/ }).waitFor();
      await page
        .getByRole("checkbox", { name: /^Select/ })
        .nth(1)
        .check({ force: true });
      await page.getByRole("button", { name: /^Accept 1/ }).click();
      const dialog = page.getByRole("dialog", { name: /^Accept 1/ });
      assert.deepEqual(await browser.violations(), []);
      await dialog.getByRole("button", { name: /^Accept 1/ }).click();
      await page.getByRole("heading", { name: /^Drift \(3\)/ }).waitFor();
      await page.getByRole("button", { name: "Undo" }).first().click();
      await page.getByText("1 change is open again").waitFor();
      await page.getByRole("heading", { name: /^Drift \(4\)/ }).waitFor();
    },
  ],
  [
    "snapshots compared: what differs by category, path by path",
    async ({ page, server, facts }) => {
      await page.goto(
        `${server.url}/compare?from=${facts.baseline}&to=${facts.newest}`,
      );
      await page.getByRole("heading", { name: /^Network/ }).waitFor();
      await page
        .getByRole("region", { name: "database" })
        .getByText("0.0.0.0/0")
        .first()
        .waitFor();
      await page.getByRole("button", { name: "Swap" }).click();
      await page.waitForURL(new RegExp(`from=${facts.newest}`));
    },
  ],
  [
    "one change is accepted and the acceptance taken back",
    async (world) => {
      const { page } = world;
      await page.goto(review(world));
      await page
        .getByRole("button", { name: "Accept acme-production-data" })
        .click();
      await page.getByText("Accepted: acme-production-data").waitFor();
      await page.getByText("1 reviewed").waitFor();
      await page.getByRole("button", { name: "Undo" }).first().click();
      await page.getByText("0 reviewed").waitFor();
      await page
        .getByRole("button", { name: "Accept acme-production-data" })
        .waitFor();
    },
  ],
  [
    "the whole review by keys alone",
    async (world) => {
      const { browser, page } = world;
      await page.goto(review(world));
      await page.getByText("0 reviewed").waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      assert.deepEqual(await browser.violations(), []);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.keyboard.press("/");
      await page.keyboard.type("database");
      await page.waitForURL(/find=database/);
      await page
        .getByRole("region", { name: /: web-000b$/ })
        .waitFor({ state: "detached" });
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Backspace");
      await page.waitForURL((url) => !url.search.includes("find="));
      await page.keyboard.press("Tab");
      await page.evaluate(() => document.activeElement.blur());
      await page.keyboard.press("j");
      await page.waitForURL(/change=chg_/);
      const second = new URL(page.url()).searchParams.get("change");
      await page.keyboard.press("k");
      await page.waitForURL((url) => url.searchParams.get("change") !== second);
      await page.keyboard.press("a");
      await page
        .getByText(/^Accepted: /)
        .first()
        .waitFor();
      await page.keyboard.press("u");
      await page
        .getByText(/^Open again: /)
        .first()
        .waitFor();
      await page.keyboard.press("x");
      await page.getByRole("dialog", { name: "Reject the change" }).waitFor();
      await page.waitForFunction(
        () => document.activeElement?.tagName === "INPUT",
      );
      await page.keyboard.type("nobody ordered this");
      await page.keyboard.press("Enter");
      await page
        .getByText(/^Rejected: /)
        .first()
        .waitFor();
      await page.getByText("Rejected, until it is reverted").first().waitFor();
      await browser.shot("review-rejected");
    },
  ],
  [
    "two people at once: the second sees who was first",
    async (world) => {
      const { browser, page, facts } = world;
      browser.allow(/409/);
      await page.goto(review(world));
      const { items } = await api(
        page,
        "GET",
        `/changes?q=account%3D${facts.account}`,
      );
      const { id, resource } = items.find(({ state }) => state === "open");
      const row = page
        .getByRole("region", { name: `: ${resource.name}` })
        .first();
      await row.waitFor();
      await api(page, "POST", `/changes/${id}/accept`);
      await page
        .getByRole("button", { name: `Accept ${resource.name}` })
        .click();
      await page.getByText("Somebody was first").waitFor();
      await page.getByText(/owner@patrol\.example: accepted/).waitFor();
      await row.getByText("Accepted", { exact: true }).waitFor();
      await api(page, "POST", `/changes/${id}/reopen`);
    },
  ],
  [
    "accepting all asks first",
    async (world) => {
      const { browser, page } = world;
      await page.goto(review(world));
      await page.getByRole("button", { name: /^Accept all/ }).click();
      const dialog = page.getByRole("dialog", {
        name: /^Accept \d+ changes\?/,
      });
      await dialog.waitFor();
      assert.deepEqual(await browser.violations(), []);
      await browser.shot("review-accept-all");
      await dialog.getByRole("button", { name: "Cancel" }).click();
    },
  ],
  [
    "who does not want single keys has none",
    async (world) => {
      const { page, server } = world;
      await page.goto(`${server.url}/settings/profile`);
      await page
        .getByRole("checkbox", { name: "Single-key shortcuts" })
        .uncheck();
      await page.goto(review(world));
      await page.getByRole("button", { name: /^Accept all/ }).waitFor();
      await page.keyboard.press("?");
      await page.keyboard.press("a");
      await page.waitForTimeout(400);
      assert.equal(await page.getByRole("dialog").count(), 0);
      assert.equal(await page.getByText(/^Accepted: /).count(), 0);
      await page.goto(`${server.url}/settings/profile`);
      await page
        .getByRole("checkbox", { name: "Single-key shortcuts" })
        .check();
    },
  ],
  [
    "a path is ignored after a preview of what that hides, and shown again",
    async (world) => {
      const { browser, page, server } = world;
      await page.goto(review(world));
      const row = card(page, /: acme-production-data$/);
      const dialog = page.getByRole("dialog", { name: "Ignore this path" });
      const open = async () => {
        await row
          .getByRole("button", { name: /^Actions for .*BucketKeyEnabled/ })
          .click();
        await page.getByRole("menuitem", { name: "Ignore this path…" }).click();
      };
      await open();
      await dialog.getByRole("textbox", { name: "Reason" }).fill("by mistake");
      await dialog.getByRole("button", { name: "Add rule" }).click();
      await page.getByRole("button", { name: "Undo" }).first().click();
      await page.getByText("The rule is taken back").waitFor();
      await open();
      await dialog
        .getByRole("radio", { name: "Only acme-production-data" })
        .check();
      await dialog
        .getByText(
          /Of 1 more it would have hidden some paths|Would have hidden 1/,
        )
        .waitFor();
      await dialog.getByRole("button", { name: "Add rule" }).click();
      await dialog.getByText("Say why: others will ask").waitFor();
      await dialog
        .getByRole("textbox", { name: "Reason" })
        .fill("the key policy is ours");
      assert.deepEqual(await browser.violations(), []);
      await browser.shot("review-ignore");
      await dialog.getByRole("button", { name: "Add rule" }).click();
      await page.getByText("The rule is added").waitFor();
      await page.goto(`${server.url}/rules`);
      await page.getByText("the key policy is ours").waitFor();
      await page
        .getByRole("button", { name: /^Actions for AWS::S3::Bucket/ })
        .click();
      await page.getByRole("menuitem", { name: "Switch off" }).click();
      await page.getByText("The rule is off").waitFor();
    },
  ],
  [
    "what is put back closes by itself",
    async (world) => {
      const { page, cloud } = world;
      await cloud.control("steps/close-database");
      await scanNow(world);
      await page.goto(`${review(world)}?show=all`);
      await page.getByText(/reviewed/).waitFor();
      await card(page, /: database$/)
        .getByText("Reverted")
        .waitFor();
    },
  ],
];
