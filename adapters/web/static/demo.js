// What a script adds to the demo page: the chat goes on without a reload, and phone, mailbox and directory stay fresh.
"use strict";

const me = document.querySelector(".panes").dataset.as;
const past = document.getElementById("past");
const now = document.getElementById("now");
const talk = document.querySelector(".talk");
const things = document.getElementById("things");
const guide = document.getElementById("guide");
let waiting = new AbortController();
let last = "";

const get = (path, fields, signal) => fetch(`${path}?${new URLSearchParams(fields)}`, { headers: { "X-Part": "1" }, signal });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function bubble(text, mine) {
  const said = document.createElement("p");
  said.className = mine ? "bubble mine" : "bubble";
  said.textContent = text;
  past.append(said);
}

function archive() {
  // Only what was said stays: a button of the past would only be stale.
  for (const said of now.querySelectorAll(".bubble")) {
    said.querySelectorAll(".waiting").forEach((w) => w.remove());
    past.append(said);
  }
}

function show(html, keep) {
  const had = now.contains(document.activeElement);
  if (keep) archive();
  now.innerHTML = html;
  localTimes(now);
  if (had) document.getElementById("text").focus();
  lead();
  talk.scrollTop = talk.scrollHeight;
}

async function send(form, submitter) {
  const fields = new FormData(form, submitter);
  const part = document.getElementById(form.dataset.part);
  if (part === now) {
    waiting.abort();
    archive();
    bubble(submitter?.value ? submitter.textContent : fields.get("text"), true);
    now.textContent = "";
    talk.scrollTop = talk.scrollHeight;
  }
  form.reset();
  const answer = await fetch(form.action, { method: "POST", headers: { "X-Part": "1" }, body: new URLSearchParams(fields) }).catch(() => null);
  if (!answer?.ok) return location.reload();
  if (part === now) show(await answer.text(), false);
  else part.innerHTML = await answer.text();
  refresh();
}

async function lead() {
  if (guide.hidden) return;
  const answer = await get("/demo/guide", { as: me }).catch(() => null);
  const html = answer?.status === 200 ? await answer.text() : "";
  const next = new DOMParser().parseFromString(html, "text/html").body;
  // Put in place only when it says something else, so that nobody is read the same twice.
  if (html && next.textContent !== guide.textContent) guide.replaceChildren(...next.childNodes);
}

async function refresh() {
  lead();
  const answer = await get("/demo/things", { as: me }).catch(() => null);
  if (!answer?.ok) return;
  const html = await answer.text();
  // The code of the app is the same for half a minute; only its countdown differs.
  const same = html.replace(/data-left="\d+"[^]*?<\/p>/, "");
  if (same === last) return;
  last = same;
  things.innerHTML = html;
  localTimes(things);
}

function countDown() {
  const left = things.querySelector("[data-left]");
  if (!left) return;
  left.dataset.left = Math.max(0, left.dataset.left - 1);
  left.textContent = left.dataset.words.replace("%1", left.dataset.left);
  if (left.dataset.left === "0") refresh();
}

async function follow() {
  for (;;) {
    const turn = now.querySelector(".turn");
    if (document.hidden || !turn) {
      await pause(300);
      continue;
    }
    waiting = new AbortController();
    const asked = { as: me, token: turn.dataset.token, ...("busy" in turn.dataset ? { busy: "" } : {}) };
    const answer = await get("/demo/chat", asked, waiting.signal).catch(() => null);
    const html = answer?.status === 200 ? await answer.text().catch(() => "") : "";
    if (html && now.contains(turn) && !waiting.signal.aborted) show(html, !("busy" in turn.dataset));
    else if (answer?.status !== 204) await pause(500);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.part) return;
  event.preventDefault();
  send(form, event.submitter);
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());
setInterval(() => document.hidden || refresh(), 2000);
setInterval(countDown, 1000);
talk.scrollTop = talk.scrollHeight;
follow();
