// Asks the browser for a signature by a key of its person's, or for a new key, and sends what it gives (Web Authentication).
"use strict";

const SIGNS = "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;
document.documentElement.classList.toggle("signs", SIGNS);

async function signature(form, attachment) {
  const asked = JSON.parse(form.dataset.asked);
  if (!("new" in form.dataset)) {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
    return (await navigator.credentials.get({ publicKey })).toJSON();
  }
  asked.authenticatorSelection.authenticatorAttachment = attachment;
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked);
  const made = await navigator.credentials.create({ publicKey });
  return { ...made.toJSON(), name: form.querySelector("#called").value };
}

// On the document, since the card is replaced as the conversation goes on.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-sign]");
  if (!button) return;
  const { form } = button;
  const trouble = form.querySelector(".trouble");
  trouble.hidden = true;
  button.setAttribute("aria-busy", "true");
  try {
    form.elements.said.value = JSON.stringify(await signature(form, button.dataset.sign));
    form.requestSubmit();
  } catch (fault) {
    trouble.textContent = fault.name === "InvalidStateError" ? trouble.dataset.known : trouble.dataset.brokenOff;
    trouble.hidden = false;
  } finally {
    button.removeAttribute("aria-busy");
  }
});
