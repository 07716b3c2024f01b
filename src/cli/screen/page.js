// Keys, and pages exchanged without a flash. Without this file the page still works: every answer is a form.
"use strict";
const said = document.getElementById("said");
let busy = false;
let choosing = false;

async function load(url, options) {
  if (busy) return; // an answer to a record that nobody has seen is none
  busy = true;
  try {
    const answer = await fetch(url, options);
    if (!answer.ok) throw new Error((await answer.text()).trim());
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("page").replaceWith(next.getElementById("page"));
    document.title = next.title;
    const told = next.getElementById("said");
    said.textContent = told.textContent;
    said.className = told.className;
    history.replaceState(null, "", answer.headers.get("Content-Location") ?? answer.url);
    choosing = false;
    scrollTo(0, 0);
    document.getElementById("record").focus({ preventScroll: true });
  } catch (error) {
    said.textContent = "Not written: " + (error instanceof TypeError ? "the page is served no more" : error.message);
    said.className = "wrong";
  } finally {
    busy = false;
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target, event.submitter));
  load(event.target.action, { method: "POST", body, headers: { Prefer: "return=representation" } });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-key]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  load(link.href);
});

function choose(on) {
  const reasons = document.getElementById("reasons");
  if (!reasons) return;
  choosing = on;
  reasons.classList.toggle("choosing", on);
  if (on) reasons.querySelector("button").focus();
  else document.getElementById("record").focus({ preventScroll: true });
}

function nextMethod() {
  const methods = [...document.querySelectorAll("input[name=method]")];
  if (!methods.length) return;
  const at = (methods.findIndex((method) => method.checked) + 1) % methods.length;
  methods[at].checked = true;
  said.textContent = methods[at].parentElement.textContent.trim();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return choose(false);
  if (event.target.id === "note") return;
  if (document.getElementById("quiet").checked) return;
  const radio = event.target.type === "radio" && event.key.startsWith("Arrow");
  if (radio || event.repeat) return;
  const key = { ArrowRight: "j", ArrowLeft: "k" }[event.key] ?? event.key.toLowerCase();
  let target = null;
  if (key === "e") choose(true);
  else if (key === "n") document.getElementById("note")?.focus();
  else if (key === "t") nextMethod();
  else if (key === "?") document.getElementById("keys").toggleAttribute("open");
  else if (/^[0-9]$/.test(key)) target = choosing && document.querySelector(`[data-reason="${key}"]`);
  else if (/^[a-z]$/.test(key)) target = document.querySelector(`[data-key="${key}"]`);
  else return;
  event.preventDefault();
  if (target) target.click();
});
