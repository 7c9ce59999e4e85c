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
      const complain = (...what) => replace(wrong, h("p", { class: "failure" }, what));
      const isToken = token.value.trim() !== "";
      if (!isToken && !(email.value.trim() && password.value)) {
        (email.value.trim() ? password : token).focus();
        return complain(email.value.trim() || password.value ? "Both the e-mail and the password are needed." : "Give the token, or an e-mail and its password.");
      }
      try {
        const response = await fetch("/auth/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(isToken ? { token: token.value.trim() } : { email: email.value, password: password.value }) });
        if (response.status === 401) {
          complain(...(isToken ? ["This is not the server's token. ", h("code", {}, "quarry serve"), " prints a new one each time it starts."] : ["The e-mail or the password is wrong. An administrator can set another: ", h("code", {}, "quarry users passwd"), "."]));
          (isToken ? token : password).select();
          return;
        }
        if (!response.ok) throw new Error((await response.json()).detail);
        await identify();
        done();
      } catch (error) {
        complain(error instanceof TypeError ? "The server does not answer. Check that it runs, then try again." : `${error.message}. Try again in a moment.`);
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
