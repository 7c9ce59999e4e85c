// Signing in: over whatever is shown, which goes on when somebody has signed in.
import { h, replace } from "./dom.js";
import { identify, post } from "./api.js";

let open = null;

/** Asks for who it is, and resolves when somebody has signed in. `used`: the printed address had been used before. */
export function signIn(used = false) {
  open ??= ask(used).finally(() => { open = null; });
  return open;
}

function ask(used) {
  return new Promise((resolve) => {
    const email = h("input", { type: "email", name: "email", autocomplete: "username", maxlength: "254" });
    const password = h("input", { type: "password", name: "password", autocomplete: "current-password", maxlength: "1024" });
    const token = h("input", { type: "password", name: "token", autocomplete: "off", maxlength: "100", spellcheck: "false" });
    const wrong = h("div", { role: "alert" });
    const form = h("form", {}, h("h2", {}, "Sign in"),
      used && h("p", { class: "warning" }, "This address has been used before, and works once."),
      h("p", {}, "On the machine that runs the server, open the address that ", h("code", {}, "quarry serve"), " printed, or give its token here."),
      wrong,
      h("div", { class: "field" }, h("label", {}, "Token ", token)),
      h("p", { class: "or" }, "or, as a user"),
      h("div", { class: "field" }, h("label", {}, "E-mail ", email)),
      h("div", { class: "field" }, h("label", {}, "Password ", password)),
      h("p", { class: "row end" }, h("button", {}, "Sign in")));
    const dialog = h("dialog", { "aria-label": "Sign in", class: "sign-in" }, form);
    const done = () => { removeEventListener("focus", look); dialog.remove(); resolve(); };
    // Somebody may sign in in another tab meanwhile.
    const look = () => identify().then(done, () => {});
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      replace(wrong);
      try {
        const response = await fetch("/auth/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(token.value.trim() ? { token: token.value.trim() } : { email: email.value, password: password.value }) });
        if (!response.ok) throw new Error((await response.json()).detail);
        await identify();
        done();
      } catch (error) {
        password.value = token.value = "";
        replace(wrong, h("p", { class: "failure" }, `${error.message}. Check it, or have an administrator run quarry users passwd.`));
      }
    });
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    addEventListener("focus", look);
    document.body.append(dialog);
    dialog.showModal();
  });
}

export async function signOut() {
  await post("/auth/sign-out", {});
  localStorage.removeItem("quarry.running");
  location.assign("/");
}
