// The page of a phone that approves, after page.js: makes its key, asks what waits, and signs what its person answers. The key never leaves.
"use strict";

const HERE = document.querySelector("link[rel=manifest]").getAttribute("href").replace(/\/[^/]*$/, "");
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const BY = { name: "ECDSA", hash: "SHA-256" };
const LOOK = 3000; // milliseconds
const found = (id) => document.getElementById(id);
const written = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

// Its keys: one for each account

function kept(mode, act) {
  return new Promise((done, broken) => {
    const opening = indexedDB.open("unlatch", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys", { keyPath: "id" });
    opening.onerror = () => broken(opening.error);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("keys", mode).objectStore("keys"));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => broken(asked.error);
    };
  });
}

const phones = () => kept("readonly", (keys) => keys.getAll());

async function signed(key, ...lines) {
  return written(await crypto.subtle.sign(BY, key, new TextEncoder().encode(lines.join("\n"))));
}

async function sent(path, fields) {
  const about = { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" } };
  return fetch(`${HERE}${path}`, { ...about, body: new URLSearchParams(fields) });
}

// What it is told

function says(what) {
  const said = found("said");
  said.textContent = said.dataset[what] || "";
  said.hidden = !said.textContent;
}

async function outcome(answer) {
  const told = await answer.json().catch(() => ({}));
  says(told.answered || "away");
  return told;
}

// What it does

async function pairs(event) {
  event.preventDefault();
  const { code, number } = event.target.elements;
  try {
    const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
    const key = written(await crypto.subtle.exportKey("raw", pair.publicKey));
    const about = { code: code.value, number: number.value };
    const signature = await signed(pair.privateKey, "unlatch pair", location.origin, about.code, about.number);
    const { answered, device } = await outcome(await sent("/pair", { ...about, key, signature }));
    number.value = "";
    if (answered !== "done") return;
    await kept("readwrite", (keys) => keys.put({ id: device, key: pair.privateKey }));
    navigator.storage?.persist?.();
    event.target.reset();
    says("soon");
    told = false;
    await look();
  } catch {
    says("away");
  }
}

let nonce = "";
let told = false; // where it takes pushes

async function waits(phone, again = true) {
  nonce ||= (await (await fetch(`${HERE}/nonce`)).json()).nonce;
  const signature = await signed(phone.key, "unlatch asked", location.origin, phone.id, nonce);
  const answer = await sent("/asked", { device: phone.id, nonce, signature });
  if (answer.ok) return answer.text();
  if (answer.status !== 403 || !again) return "";
  nonce = "";
  return waits(phone, false);
}

let shown = "";

async function look() {
  const all = await phones();
  const parts = [];
  for (const phone of all) parts.push(await waits(phone));
  const html = parts.join("");
  found("pair").hidden = Boolean(html) && !location.hash;
  if (html === shown) return;
  shown = html;
  found("asked").innerHTML = html;
  localTimes(found("asked"));
  const waiting = found("said").textContent === found("said").dataset.soon;
  if (found("asked").querySelector("input") || (html && waiting)) says("");
  if (html) found("asked").querySelector("input, h1").focus();
}

// Pushes

async function subscribes(asking) {
  const key = found("tell").dataset.vapid;
  const here = key && "PushManager" in window && (await navigator.serviceWorker.register(`${HERE}/worker.js`, { scope: HERE }));
  const mine = await phones();
  if (!here || !mine.length || told) return;
  if (asking ? (await Notification.requestPermission()) !== "granted" : Notification.permission !== "granted") {
    found("tell").hidden = Notification.permission === "denied";
    return;
  }
  const { endpoint, keys } = (await here.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON();
  for (const phone of mine) {
    nonce ||= (await (await fetch(`${HERE}/nonce`)).json()).nonce;
    const about = { endpoint, p256dh: keys.p256dh, auth: keys.auth };
    const signature = await signed(phone.key, "unlatch subscribe", location.origin, phone.id, nonce, ...Object.values(about));
    await sent("/subscribe", { device: phone.id, nonce, ...about, signature });
  }
  told = true;
  found("tell").hidden = true;
}

async function answers(event) {
  event.preventDefault();
  const form = event.target;
  const { device, challenge, signs } = form.closest("section").dataset;
  const { word } = form.dataset;
  const number = form.elements.number?.value || "";
  const { key } = (await phones()).find((phone) => phone.id === device);
  try {
    await outcome(await sent("/answer", { device, challenge, number, word, signature: await signed(key, signs, number, word) }));
    if (form.elements.number) form.elements.number.value = "";
    await look();
  } catch {
    says("away");
  }
}

async function begin() {
  if (!crypto.subtle || !window.indexedDB) return void (found("without").hidden = false);
  if (location.hash.length > 1) {
    found("code").value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname); // it serves once, and is nobody's business afterwards
    found("pair").hidden = false;
  }
  found("pair").addEventListener("submit", pairs);
  found("asked").addEventListener("submit", answers);
  document.addEventListener("visibilitychange", () => document.hidden || look().catch(() => says("away")));
  found("tell").addEventListener("click", () => subscribes(true).catch(() => says("away")));
  for (;;) {
    if (!document.hidden) await look().catch(() => says("away"));
    await subscribes(false).catch(() => (told = true)); // people open the page
    await new Promise((again) => setTimeout(again, LOOK));
  }
}

begin();
