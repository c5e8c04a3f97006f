#!/bin/sh
# What the tests of tests/browser need: Playwright and axe in the Python that is given, and Chromium, from Debian's
# packages where that is allowed. What cannot be installed is said; then these tests are skipped, with the same words.
python=$1
"$python" -c 'import playwright, axe_playwright_python' 2>/dev/null \
  || "$python" -m pip install -q 'playwright>=1.50,<2' 'axe-playwright-python>=0.1.8,<0.2' \
  || echo "browser: Playwright cannot be installed; the tests of tests/browser are skipped" >&2
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get install -y -q --no-install-recommends chromium \
      || { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; }; } >/dev/null 2>&1 && exit 0
fi
echo "browser: there is no Chromium, and it cannot be installed here; the tests of tests/browser are skipped" >&2
exit 0
