"use strict";
// Asks for news, which come when a run has ended, and loads the report again where its bytes changed, at the same height.
const frame = document.querySelector("iframe");
const nav = document.querySelector("nav");
const said = document.querySelector("output");
let shown = { path: "", digest: "" };
let chosen = "";

function show(report) {
  const same = report.path === shown.path;
  if (same && report.digest === shown.digest) return;
  shown = report;
  const place = "files/" + report.path.split("/").map(encodeURIComponent).join("/");
  if (!same) {
    frame.src = place;
    return;
  }
  try {
    const inner = frame.contentWindow;
    const height = inner.scrollY;
    frame.addEventListener("load", () => inner.scrollTo(0, height), { once: true });
    inner.location.reload();
  } catch {
    // It shows something from elsewhere, of which nothing may be known.
    frame.src = place;
  }
}

// What leads out of the project opens in a tab of its own: the frame takes nothing from elsewhere.
frame.addEventListener("load", () => {
  const inner = frame.contentDocument;
  if (!inner) return;
  inner.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || new URL(link.getAttribute("href"), inner.baseURI).origin === location.origin) return;
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener");
  });
});

function choose(reports) {
  const report = reports.find((report) => report.path === chosen) || reports[0];
  if (!report) return;
  show(report);
  nav.replaceChildren(...(reports.length < 2 ? [] : reports).map((other) => {
    const link = document.createElement("a");
    link.href = "#";
    link.textContent = other.path;
    if (other.path === report.path) link.setAttribute("aria-current", "page");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      chosen = other.path;
      choose(reports);
    });
    return link;
  }));
}

async function follow() {
  let version = "";
  for (;;) {
    try {
      const state = await (await fetch("state?since=" + version)).json();
      version = state.version;
      said.textContent = state.closed ? "review watch has ended" : state.said;
      said.className = state.failed ? "failed" : "";
      choose(state.reports);
      if (state.closed) return;
    } catch {
      said.textContent = "review watch does not answer";
      said.className = "failed";
      await new Promise((again) => setTimeout(again, 1000));
    }
  }
}
follow();
