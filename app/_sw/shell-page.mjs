/** The hand-written page of one language: no framework, no inline script, nothing personal inside. */
export function shellPage(words) {
  const { offline, locale } = words
  const sheet = (id, title) =>
    `<details class="rounded-card border border-line bg-surface"><summary class="flex min-h-12 items-center gap-3 rounded-card px-4 py-2.5 font-medium"><span class="min-w-0 flex-1">${text(title)}</span>${arrow}</summary><div id="${id}" class="flex flex-col gap-4 border-t border-line px-4 py-4"></div></details>`
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>${text(offline.title)} · Uyim</title>
<link rel="icon" href="/icons/icon.svg">
<link rel="stylesheet" href="/offline/shell.css">
<script type="application/json" id="words">${JSON.stringify(words).replaceAll('<', '\\u003c')}</script>
<script defer src="/offline/shell.js"></script>
</head>
<body>
<header class="border-b border-line bg-surface"><div class="shell-width flex min-h-14 items-center gap-2 px-4 font-semibold"><span class="text-act">${mark}</span>Uyim</div></header>
<main id="main" class="shell-width flex flex-col gap-4 px-4 py-4">
<div><h1 class="text-title font-semibold">${text(offline.title)}</h1><p class="text-small text-note">${text(offline.lead)}</p></div>
<p id="signed-out" hidden class="rounded-card border border-note bg-surface p-4">${text(offline.signedOut)}</p>
<div id="signed-in" hidden class="flex flex-col gap-4">
<section aria-labelledby="bill-title" class="flex flex-col gap-3 rounded-card border border-line bg-surface p-4"><h2 id="bill-title" class="font-semibold">${text(offline.bill.title)}</h2><div id="bill" class="flex flex-col gap-3"></div></section>
${sheet('reading', offline.reading)}
${sheet('request', offline.request)}
<section aria-labelledby="waiting-title" class="flex flex-col gap-2 rounded-card border border-line bg-surface p-4"><h2 id="waiting-title" class="font-semibold">${text(offline.waiting)}</h2><div id="waiting"></div><p id="said" role="status" class="text-small"></p></section>
</div>
<button id="retry" type="button" class="inline-flex min-h-12 w-full items-center justify-center rounded-card border border-note bg-surface px-5 py-2 font-medium text-act">${text(offline.retry)}</button>
</main>
</body>
</html>
`
}

const arrow =
  '<span class="turns text-act"><svg aria-hidden="true" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"><path d="M9.5 5.5 16 12l-6.5 6.5"/></svg></span>'

const mark =
  '<svg aria-hidden="true" width="28" height="28" viewBox="0 0 32 32"><path fill="currentColor" fill-rule="evenodd" d="M16 1.5l4.25 4.25h6v6L30.5 16l-4.25 4.25v6h-6L16 30.5l-4.25-4.25h-6v-6L1.5 16l4.25-4.25v-6h6zM11.5 23v-7.5c0-3 2.2-4.7 4.5-7 2.3 2.3 4.5 4 4.5 7V23z"/></svg>'

function text(value) {
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
