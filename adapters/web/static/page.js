// What a script adds to pages that work without one: local times, show and hide, live rules, a suggestion, and news.
"use strict";

const FORM = { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" };
const fresh = () => document.querySelector("#live .card");

function localTimes(root) {
  const language = [document.documentElement.lang, navigator.language].find((l, at) => at || !navigator.language.startsWith(l));
  const long = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const short = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    const brief = time.closest(".message") && at.toDateString() === new Date().toDateString();
    time.textContent = (brief ? short : long).format(at);
  }
}

function showAndHide(root) {
  for (const button of root.querySelectorAll("button.show")) {
    const input = document.getElementById(button.getAttribute("aria-controls"));
    const set = (visible) => {
      input.type = visible ? "text" : "password";
      button.textContent = visible ? button.dataset.hide : button.dataset.show;
    };
    button.hidden = false;
    set(input.type === "text");
    button.addEventListener("click", () => set(input.type === "password"));
    // A password manager shall see a password field when the form is sent.
    input.form.addEventListener("submit", () => set(false));
  }
}

function printing(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

async function ask(url, fields) {
  const answer = await fetch(url, { method: "POST", headers: FORM, body: new URLSearchParams(fields) });
  return answer.ok ? answer.json() : null;
}

function tick(rules, root) {
  const list = root.querySelector("#rules");
  const items = list.querySelectorAll("li");
  if (items.length !== rules.length) return;
  rules.forEach((rule, at) => {
    items[at].classList.toggle("met", rule.met);
    items[at].querySelector(".text").textContent = rule.text;
    items[at].querySelector(".sr").textContent = rule.met ? list.dataset.met : list.dataset.unmet;
  });
  const tally = root.querySelector("#tally");
  tally.textContent = tally.dataset.tally.replace("%1", rules.filter((r) => r.met).length).replace("%2", rules.length);
}

function liveRules(root) {
  const input = root.querySelector("[data-check]");
  if (!input) return;
  let due = 0;
  let latest = 0;
  const check = async () => {
    const mine = ++latest;
    const rules = await ask(input.dataset.check, { token: input.form.elements.token.value, said: input.value }).catch(() => null);
    if (rules && mine === latest) tick(rules, root);
  };
  input.addEventListener("input", () => {
    clearTimeout(due);
    due = setTimeout(check, 200);
  });
  const suggest = root.querySelector("form.suggest");
  suggest.addEventListener("submit", async (event) => {
    event.preventDefault();
    const made = await ask(suggest.action, { token: suggest.elements.token.value }).catch(() => null);
    if (!made) return;
    input.value = made.passphrase;
    const show = root.querySelector("button.show");
    if (input.type === "password") show.click(); // whoever takes a suggestion has to read it
    input.focus();
    check();
  });
}

function once(root) {
  // A second press would only meet "that question has moved on".
  for (const form of root.querySelectorAll("form:not([data-part]):not(.suggest):not(.who):not([data-word])")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 8000); // it may never have arrived
      event.submitter?.setAttribute("aria-busy", "true");
    });
  }
}

function dress(root) {
  localTimes(root);
  showAndHide(root);
  printing(root);
  liveRules(root);
  once(root);
}

function replace(html) {
  const live = document.getElementById("live");
  const had = live.contains(document.activeElement);
  live.innerHTML = html;
  dress(live);
  const next = live.querySelector("[autofocus]") || live.querySelector("h1");
  if (had || document.activeElement === document.body) next.focus();
  document.title = `${live.querySelector("h1").textContent} – ${document.querySelector(".company").firstChild.textContent}`;
}

async function news() {
  const live = document.getElementById("live");
  while (live && !("closed" in fresh().dataset)) {
    const { turn, busy } = fresh().dataset;
    const sent = await fetch(`${live.dataset.live}?turn=${turn}${busy === undefined ? "" : "&busy="}`).catch(() => null);
    if (sent?.status === 200 && !document.querySelector("form[data-sent]")) replace(await sent.text());
    else if (sent?.status === 404) return location.reload();
    else if (sent?.status !== 204 || sent.headers.has("Retry-After")) {
      const seconds = Number(sent?.headers.get("Retry-After")) || 3;
      await new Promise((again) => setTimeout(again, seconds * 1000));
    }
  }
}

addEventListener("pageshow", (event) => event.persisted && location.reload());
dress(document);
news();
