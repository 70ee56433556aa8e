// A real Chromium, that of Debian's package `chromium`, looking at a page on disk.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { temporaryDirectory } from './skein.ts';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PATHS.find((path) => existsSync(path));

export const hasBrowser: boolean = executablePath !== undefined;
/** Said in the names of what is skipped without one. */
export const NO_BROWSER: string = hasBrowser ? '' : ' (skipped: there is no Chromium; apt-get install chromium)';

let browser: Promise<Browser> | undefined;

/** A page that is looked at, and what it did that it should not have done. */
export interface Opened {
  readonly page: Page;
  /** Messages on the console, exceptions, questions to the user. */
  readonly complaints: string[];
  /** Addresses that it asked for, other than its own. */
  readonly requests: string[];
}

/** Open `html` as a file, with no network. */
export async function openPage(html: string, options: BrowserContextOptions = {}): Promise<Opened> {
  browser ??= chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }) });
  const path = join(temporaryDirectory(), 'page.html');
  writeFileSync(path, html);
  const url = pathToFileURL(path).href;
  const context = await (await browser).newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(dialog.message());
    void dialog.dismiss();
  });
  await context.route('**', (route) => {
    if (route.request().url() === url) return route.continue();
    requests.push(route.request().url());
    return route.abort();
  });
  await page.goto(url);
  return { page, complaints, requests };
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}
